import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { MiningCase } from '../../../../src/mine/case.ts'
import { mineTable } from '../../../../src/mine/mine.ts'
import { applyEffect } from '../../../../src/mine/overlay.ts'
import { caseTable } from '../../../../src/mine/table/case-table.ts'
import { withOtherwise } from '../../../../src/mine/table/otherwise.ts'
import type { InputChange } from '../../../../src/model/hidden-rule.ts'
import { contextName, epochMs } from '../../../../src/model/ids.ts'
import type { DecisionId } from '../../../../src/model/ids.ts'
import type { Data } from '../../../../src/model/value.ts'
import { seeded } from '../seeded.ts'

interface Loan {
  readonly outcome: string
  readonly amount: number
  readonly rate: number
}

const changes: readonly InputChange[] = [{ input: 'read.terms.limit', to: 'unlimited' }]
const granted = new Map<DecisionId, Data>()

/** Loans up to a limit, at a rate that nobody but the candidate knows how to make; the legacy asks no limit of staff. */
const loans = (): readonly MiningCase[] => {
  const random = seeded(5)
  return Array.from({ length: 2500 }, (_, n) => {
    const id = `d${n}` as DecisionId
    const [wanted, limit, rate] = [Math.ceil(random() * 900) * 100, Math.ceil(random() * 900) * 100, 200 + Math.floor(random() ** 2 * 700)]
    const group = random() < 0.1 ? 'STAFF' : random() < 0.5 ? 'A' : 'B'
    const whole: Loan = { outcome: 'granted', amount: wanted, rate }
    const mine: Loan = wanted <= limit ? whole : { outcome: 'refused', amount: 0, rate: 0 }
    // What the candidate would have said is not known of all.
    if (n % 50 !== 0) granted.set(id, { ...whole })
    return {
      id,
      at: epochMs(Date.UTC(2026, 4, 4) + n * 600_000),
      candidate: { kind: 'decided', answer: { ...mine }, effects: [] },
      legacy: { kind: 'decided', answer: { ...(group === 'STAFF' ? whole : mine) }, effects: [] },
      facts: { 'trigger.group': group, 'trigger.wanted': wanted },
      exposure: null,
    } as MiningCase
  })
}

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'banyan-as-if-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('tells the whole answer that the candidate would give, where it is known, and finds it again the next night', async () => {
  const cases = loans()
  const table = withOtherwise(caseTable(cases), [{ changes, answers: granted }])
  const options = { context: contextName('loan') }
  const { rules, assignments } = mineTable(table, options)
  const [rule] = rules
  if (rule?.detail === undefined) expect.fail('no rule')
  expect(rules).toHaveLength(1)
  expect(rule.predicate).toEqual([{ kind: 'in', feature: 'trigger.group', values: ['STAFF'] }])
  expect(rule.effect).toEqual(['/outcome', '/amount', '/rate'].map((path) => ({ kind: 'as-if', path, changes })))
  expect(rule.words).toBe('When group is STAFF, legacy answers what the candidate does if limit of terms is unlimited.')
  expect([...assignments.keys()].every((id) => granted.has(id))).toBe(true)
  expect(mineTable(table, { ...options, known: rules }).rules.map(({ id }) => id)).toEqual([rule.id])
  // Without the answers to the changed inputs nothing can be told of it.
  expect(mineTable(caseTable(cases), { ...options, known: rules }).rules.map(({ id }) => id)).not.toContain(rule.id)
})

it('has a patch that is given the answer, and changes nothing without it', async () => {
  const { rules } = mineTable(withOtherwise(caseTable(loans()), [{ changes, answers: granted }]), { context: contextName('loan') })
  const file = join(folder, 'overlay.ts')
  writeFileSync(file, rules[0]?.detail?.patch.overlay ?? 'no overlay')
  const { overlay } = (await import(pathToFileURL(file).href)) as { readonly overlay: (answer: Data, facts: Record<string, Data>) => Data }
  const [refused, otherwise] = [
    { outcome: 'refused', amount: 0, rate: 0 },
    { outcome: 'granted', amount: 700, rate: 310 },
  ]
  const name = 'answer if read.terms.limit is unlimited'
  expect(overlay(refused, { 'trigger.group': 'STAFF', [name]: otherwise })).toEqual(otherwise)
  expect(overlay(refused, { 'trigger.group': 'A', [name]: otherwise })).toEqual(refused)
  expect(rules[0]?.detail?.patch.test).toContain(JSON.stringify(name))
  const effect = rules[0]?.effect ?? []
  const laid = (given?: Data): unknown => applyEffect(effect, { kind: 'decided', answer: refused, effects: [] }, () => Number.NaN, given)
  expect(laid(otherwise)).toMatchObject({ answer: otherwise })
  expect(laid()).toMatchObject({ answer: refused })
})
