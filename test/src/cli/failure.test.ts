import { expect, test } from 'vitest'
import { exitCodeOf } from '../../../src/cli/exit.ts'
import { failureOf, failureText } from '../../../src/cli/failure.ts'
import { BanyanError } from '../../../src/model/errors.ts'

test('a failure is told in three lines: what, where, hint', () => {
  const error = new BanyanError('source-unreachable', 'nobody answers', {
    where: 'db.example:5432',
    hint: 'start the server',
    retryable: true,
  })
  expect(failureText(failureOf(error))).toBe(
    'error source-unreachable: nobody answers\nwhere: db.example:5432\nhint:  start the server (trying again later may succeed)\n',
  )
})

test('no password leaves in a message, a place or a hint', () => {
  const url = 'postgres://shop:s3cr3t@db/oms'
  const told = JSON.stringify([
    failureOf(new BanyanError('source-refused', `cannot use ${url}`, { where: url, hint: `try ${url} with password='s3cr3t'` })),
    failureOf(new Error(`connect ${url}: password=s3cr3t`)),
    failureOf(`password: s3cr3t`),
  ])
  expect(told).not.toContain('s3cr3t')
  expect(told).toContain('postgres://shop:***@db/oms')
})

test('what is not a BanyanError is a mistake of Banyan, and says where', () => {
  const failure = failureOf(new TypeError('x is not a function'))
  expect(failure).toMatchObject({ code: 'internal', what: 'TypeError: x is not a function', retryable: false })
  expect(failure.where).toContain('failure.test.ts')
})

test.each([
  ['config-invalid', 2],
  ['usage', 2],
  ['rule-unknown-table', 2],
  ['source-unreachable', 3],
  ['source-preflight', 3],
  ['store-full', 3],
  ['internal', 3],
] as const)('%s exits with %i', (code, exit) => {
  expect(exitCodeOf(new BanyanError(code, 'x', { hint: 'y' }))).toBe(exit)
})
