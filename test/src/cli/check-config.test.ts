import { expect, test } from 'vitest'
import { exact } from '../../../src/diff/tolerance.ts'
import { checkConfig } from '../../../src/cli/check-config.ts'
import { BanyanError } from '../../../src/model/errors.ts'

const source = { name: 'oms', read: () => undefined, acknowledge: () => undefined }
const rule = (name: string, journey: string | null = null): object => ({ name, journey, when: () => [], emit: () => null })
const journey = (name: string): object => ({ name, milestones: { placed: { kind: 'fact', type: 'order.placed' } } })
const context = (on: string): object => ({ name: 'promise', on, candidate: () => null, legacy: {}, compare: {} })
const good = { source, rules: [rule('order.placed', 'order')], journeys: [journey('order')], contexts: [context('order.placed')] }

const refused = (config: unknown): BanyanError => {
  try {
    checkConfig(config, 'banyan.config.ts')
  } catch (error) {
    if (error instanceof BanyanError) return error
    throw error
  }
  return expect.fail('the config was accepted')
}

test('a good config comes out in the terms of the pipeline', () => {
  const { pipeline, store } = checkConfig(
    { ...good, store: { folder: 'x' }, time: { from: 0, as: '2026-03-01T00:00:00Z', speed: 60 } },
    'banyan.config.ts',
  )
  expect(store).toEqual({ folder: 'x' })
  expect(pipeline.time).toEqual({ from: 0, as: Date.UTC(2026, 2, 1), speed: 60 })
  expect(pipeline.source).toBe(source)
})

test.each([
  ['a mistyped setting', { ...good, rulez: [] }, 'there is no setting rulez', 'did you mean rules?'],
  ['a mistyped setting inside', { ...good, time: { from: 0, as: 0, sped: 1, speed: 1 } }, 'time.sped', 'did you mean speed?'],
  ['a missing source', { ...good, source: undefined }, 'source: expected a change source', 'docs/config.md'],
  ['a thing that is no rule', { ...good, rules: [rule('a'), {}] }, 'rules[1]: expected a rule', 'docs/config.md'],
  ['a store that is neither', { ...good, store: { foldr: '' } }, 'store: expected { folder', 'docs/config.md'],
  ['a store by a wrong URL', { ...good, store: { url: 'mysql://x' } }, 'store.url: expected a URL', 'docs/config.md'],
  ['time that stands still', { ...good, time: { from: 0, as: 0, speed: 0 } }, 'time.speed', 'docs/config.md'],
  ['no object', 7, 'the config is not an object', 'docs/config.md'],
  ['a trigger that nobody emits', { ...good, contexts: [context('order.plcaed')] }, 'which no rule emits', 'did you mean order.placed?'],
  [
    'a comparison by no pointer',
    { ...good, contexts: [{ ...context('order.placed'), compare: { '/ok': exact, total: exact } }] },
    "contexts[0] (promise): 'total' is not a JSON Pointer",
    "'/total'",
  ],
  ['an unknown journey', { ...good, rules: [rule('order.placed', 'ordr')] }, 'belongs to journey ordr', 'did you mean order?'],
  ['two rules of one name', { ...good, rules: [rule('order.placed'), rule('order.placed')] }, 'rules[1] and rules[0]', 'name of its own'],
])('%s is refused with the place and a hint', (_, config, what, hint) => {
  const error = refused(config)
  expect(error.code).toBe('config-invalid')
  expect(error.where).toBe('banyan.config.ts')
  expect(error.message).toContain(what)
  expect(error.hint).toContain(hint)
})

test('a derived milestone can trigger a context', () => {
  expect(() => checkConfig({ ...good, contexts: [context('order.placed-overdue')] }, 'x')).not.toThrow()
})
