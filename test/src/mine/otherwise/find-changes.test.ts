import { expect, it } from 'vitest'
import { findChanges } from '../../../../src/mine/otherwise/find-changes.ts'
import type { TryChanges } from '../../../../src/mine/otherwise/find-changes.ts'
import { changedValue, inputChanges } from '../../../../src/mine/otherwise/input-changes.ts'
import type { InputChange } from '../../../../src/model/hidden-rule.ts'
import type { Data } from '../../../../src/model/value.ts'

const noLimit: InputChange = { input: 'read.terms.limit', to: 'unlimited' }
const open: InputChange = { input: 'read.terms.blocked', to: 'value', value: 'N' }
const noTerms: InputChange = { input: 'read.terms', to: 'absent' }
const vocabulary = [noTerms, noLimit, open]

interface Asked {
  readonly n: number
  /** What has to be changed until the candidate says what the legacy did. */
  readonly needs: readonly InputChange[]
}

const asked = (count: number, needs: Asked['needs']): readonly Asked[] => Array.from({ length: count }, (_, n) => ({ n, needs }))

const tried: TryChanges<Asked> = async ({ n, needs }, changes) => ({
  isLegacy: needs.length > 0 && needs.every((change) => changes.includes(change)),
  answer: `granted ${n}`,
})

it('takes the change that explains most, and with it another that explains more', async () => {
  const decisions = [...asked(20, [noLimit]), ...asked(5, [noLimit, open]), ...asked(3, [])]
  expect(await findChanges(decisions, vocabulary, tried)).toEqual([[noLimit, open]])
})

it('finds a second way for what the first leaves open, and no way for what nothing explains', async () => {
  const decisions = [...asked(12, [noLimit]), ...asked(9, [noTerms])]
  expect(
    await findChanges(decisions, [noLimit, noTerms], async (one, changes) => (changes.length > 1 ? null : tried(one, changes))),
  ).toEqual([[noLimit], [noTerms]])
  expect(await findChanges(asked(30, []), vocabulary, tried)).toEqual([])
})

it('does not take a change for the explanation of an answer that always comes out', async () => {
  const refused: TryChanges<Asked> = async () => ({ isLegacy: true, answer: 'refused' })
  expect(await findChanges(asked(30, []), vocabulary, refused)).toEqual([])
})

it('changes what is there: nothing instead of a row, no limit and zero instead of numbers, each code of a few', () => {
  const inputs = new Map<string, Data>([
    ['read.terms', { limit: 5, grade: 'A' }],
    ['read.terms.limit', 5],
    ['read.terms.grade', 'A'],
  ])
  const changes = inputChanges([inputs, new Map([['read.terms.grade', 'B']]), new Map([['trigger.no', '00017x']])])
  expect(changes).toEqual([
    noTerms,
    { input: 'read.terms.grade', to: 'value', value: 'A' },
    { input: 'read.terms.grade', to: 'value', value: 'B' },
    noLimit,
    { input: 'read.terms.limit', to: 'value', value: 0 },
    { input: 'trigger.no', to: 'value', value: '00017x' },
  ])
  const codes = Array.from({ length: 9 }, (_, n) => new Map([['trigger.no', `X${n}`]]))
  expect(inputChanges(codes)).toEqual([])
})

it('keeps the kind of a number that has no limit', () => {
  expect(changedValue(7n, noLimit)).toBe(1_000_000_000_000n)
  expect(changedValue('7.50', noLimit)).toBe('1000000000000')
  expect(changedValue(7, noLimit)).toBe(1_000_000_000_000)
  expect(changedValue({ limit: 7 }, noTerms)).toBeUndefined()
  expect(changedValue('Y', open)).toBe('N')
})
