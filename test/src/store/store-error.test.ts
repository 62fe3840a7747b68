import { expect, test } from 'vitest'
import { BanyanError } from '../../../src/model/errors.ts'
import { folderError } from '../../../src/store/private-server/folder-error.ts'
import { storeError } from '../../../src/store/store-error.ts'

const coded = (code: string, message = 'm', more: object = {}): Error => Object.assign(new Error(message), { code, ...more })

test.each([
  ['53100', 'store-full', true],
  ['ENOSPC', 'store-full', true],
  ['57P01', 'store-unreachable', true],
  ['ECONNRESET', 'store-unreachable', true],
  ['08006', 'store-unreachable', true],
  ['28P01', 'store-unreachable', false],
  ['23505', 'store-conflict', true],
  ['42601', 'internal', false],
])('%s is %s', (code, expected, retryable) => {
  expect(storeError(coded(code), 'w')).toMatchObject({ code: expected, retryable, where: 'w' })
})

test('the driver error below a wrapper counts, and neither its details nor the wrapper are told', () => {
  const driver = coded('23505', 'duplicate key', { detail: 'Key (name)=(Ms Doe)' })
  const error = storeError(new Error('Failed query: insert … params: Ms Doe', { cause: driver }), 'w')
  expect(error.code).toBe('store-conflict')
  expect(`${error.message} ${error.stack} ${String(error.cause)}`).not.toContain('Doe')
})

test('an error of ours stays as it is', () => {
  const ours = new BanyanError('store-stage-taken', 'm', { hint: 'h' })
  expect(storeError(ours, 'w')).toBe(ours)
  expect(folderError(ours, 'w')).toBe(ours)
})

test.each([
  ['initdb: error: could not write: No space left on device', 'store-full'],
  [coded('EROFS'), 'store-folder'],
  [coded('EACCES'), 'store-folder'],
  ['FATAL: something else', 'store-folder'],
])('%s keeps the folder from being used: %s', (problem, code) => {
  expect(folderError(problem, 'f')).toMatchObject({ code, where: 'f' })
})
