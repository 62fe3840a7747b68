import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { RowOf } from '../../rules/recall.ts'
import { encode } from '../../src/model/canonical.ts'
import type { LegacyTransaction } from '../../src/model/change-event.ts'
import type { Row } from '../../src/model/value.ts'
import type { MadeChange } from './legacy-transaction.ts'
import { transaction } from './legacy-transaction.ts'
import { created, done, lineCreated, placed, released, rule, translator } from './order-story.ts'

const memoTold = rule('customer.told', {
  version: 1,
  owner: 'o',
  when: (tx) => tx.transitioned('cust_mst', 'memo'),
  emit: (one, { asOf }) => ({ key: one.cust_no, data: { memo: one.memo, now: asOf('cust_mst', one.cust_no)?.memo } }),
})
const purged = rule('customer.purged', {
  version: 1,
  owner: 'o',
  when: (tx) => tx.deleted('cust_mst'),
  emit: (one) => ({ key: one.cust_no, data: { memo: one.memo } }),
})
const translate = translator([placed, released, memoTold, purged])

type Step = {
  readonly kind: 'order' | 'line' | 'update' | 'patch' | 'delete' | 'create' | 'truncate'
  readonly who: number
  readonly memo: string
}
const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('order', 'line', 'update', 'patch', 'delete', 'create', 'truncate'),
  who: fc.integer({ min: 1, max: 3 }),
  memo: fc.constantFrom('x', 'y'),
})
type Rows = Map<string, Row>
const keyOf = (who: number): string => `C${who}`.padEnd(8)

/** Plays steps on a table like a database does, and says what a source that sends no old rows would. */
const play = (
  start: Rows,
  steps: readonly Step[],
): { readonly changes: readonly MadeChange[]; readonly memos: readonly (readonly [string, string])[] } => {
  const rows = new Map(start)
  const changes: MadeChange[] = []
  const memos: [string, string][] = []
  for (const { kind, who, memo } of steps) {
    const cust_no = keyOf(who)
    const before = rows.get(cust_no)
    const base = { table: 'cust_mst', key: [cust_no] }
    if (kind === 'order')
      changes.push({ ...created(String(who)), after: { ord_no: String(who).padEnd(10), cust_no, sts_cd: 'N', tot_amt: '1' } })
    else if (kind === 'line') changes.push(lineCreated(String(who), changes.length))
    else if (kind === 'truncate') {
      rows.clear()
      changes.push({ op: 'truncate', table: 'cust_mst' })
    } else if (kind === 'create' && before === undefined) {
      rows.set(cust_no, { cust_no, tier_cd: 'G', memo })
      changes.push({ ...base, op: 'create', after: { cust_no, tier_cd: 'G', memo } })
    } else if (kind === 'delete' && before !== undefined) {
      rows.delete(cust_no)
      changes.push({ ...base, op: 'delete', before: { cust_no }, beforeKind: 'key' })
    } else if (kind === 'update' && before !== undefined) {
      rows.set(cust_no, { ...before, memo })
      changes.push({ ...base, op: 'update', after: { ...before, memo } })
      if (before['memo'] !== memo) memos.push([cust_no, memo])
    } else if (kind === 'patch' && before !== undefined) {
      rows.set(cust_no, { ...before, tier_cd: memo })
      changes.push({ ...base, op: 'update', after: { cust_no, tier_cd: memo }, omitted: ['memo'] })
    }
  }
  return { changes, memos }
}

const start = (known: readonly number[]): Rows =>
  new Map(known.map((who) => [keyOf(who), { cust_no: keyOf(who), tier_cd: 'G', memo: 'x' }]))
const memoryOf =
  (rows: Rows): RowOf =>
  (_table, key) =>
    [...rows].find(([cust]) => encode([cust]) === key)?.[1] ?? null

/** Memory that knows nothing at first. */
const fetchedInRounds = (tx: LegacyTransaction, full: RowOf): ReturnType<typeof done> => {
  const fetched = new Set<string>()
  for (let round = 0; round < 20; round++) {
    const translation = translate(tx, (table, key) => (fetched.has(`${table} ${key}`) ? full(table, key) : undefined))
    if (translation.kind === 'done') return translation
    for (const { table, key } of translation.keys) fetched.add(`${table} ${key}`)
  }
  return expect.fail('asks for ever more rows')
}

it('says the same whatever is in memory, however large the transaction is, and as the database would', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 3 })), fc.array(step, { maxLength: 12 }), (known, steps) => {
      const rows = start(known)
      const { changes, memos } = play(rows, steps)
      const tx = transaction(changes)
      const full = memoryOf(rows)
      const translation = done(translate(tx, full))
      expect(translation.deadLetters).toEqual([])
      expect(fetchedInRounds(tx, full)).toEqual(translation)
      expect(done(translate({ ...tx, header: { ...tx.header, count: 1_000_000 } }, full))).toEqual(translation)

      const told = translation.events.filter((event) => event.type === 'customer.told')
      expect(told.map((event) => [event.key, (event.data as { memo: string }).memo])).toEqual(memos)
      expect(translation.events.filter((event) => event.type === 'order.placed')).toHaveLength(
        steps.filter((one) => one.kind === 'order').length,
      )
      expect(translation.events.map((event) => event.ordinal)).toEqual(translation.events.map((_, at) => at))
      expect(new Set(translation.events.map((event) => event.id)).size).toBe(translation.events.length)
      for (const event of translation.events) {
        expect(event.causes.length).toBeGreaterThan(0)
        for (const cause of event.causes) expect(Number(cause.split('#')[1])).toBeLessThan(changes.length)
      }
    }),
    { numRuns: 300 },
  )
})
