import { expect, it } from 'vitest'
import type { RowRecall } from '../../../src/model/transaction-view.ts'
import { transactionView } from '../../../src/model/transaction-view.ts'
import { tableName } from '../../../src/model/ids.ts'
import type { Row } from '../../../src/model/value.ts'
import { sameValue } from '../../../src/model/value.ts'
import type { MadeChange } from '../../rules/legacy-transaction.ts'
import { transaction } from '../../rules/legacy-transaction.ts'

const orders = tableName('ord_hdr')
const update = (before: Row, after: Row): MadeChange => ({ op: 'update', table: 'ord_hdr', key: [1], before, after })
const view = (changes: readonly MadeChange[], recall?: RowRecall): ReturnType<typeof transactionView> => {
  const tx = transaction(changes)
  return transactionView(tx.header, () => tx.changes(), recall)
}

const mixed: readonly MadeChange[] = [
  { op: 'create', table: 'ord_hdr', key: [1], after: { id: 1, sts: 'N' } },
  { op: 'create', table: 'ord_ln', key: [1, 1], after: { id: 1, ln: 1 } },
  update({ id: 1, sts: 'N' }, { id: 1, sts: 'A' }),
  { op: 'delete', table: 'ord_hdr', key: [2], before: { id: 2, sts: 'X' } },
  { op: 'truncate', table: 'ord_hdr' },
]

it('gives rows by table and kind of change, again and again', () => {
  const tx = view(mixed)
  expect([...tx.created(orders)]).toEqual([{ id: 1, sts: 'N' }])
  expect([...tx.updated(orders)]).toEqual([{ id: 1, sts: 'A' }])
  expect([...tx.deleted(orders)]).toEqual([{ id: 2, sts: 'X' }])
  expect([...tx.created(orders)]).toHaveLength(1)
  expect([...tx.changes(orders)].map((change) => change.ordinal)).toEqual([0, 2, 3, 4])
  expect([...tx.changes()]).toHaveLength(5)
})

it('names the change that each row came from, and none for rows of others', () => {
  const tx = view(mixed)
  const causes = [...tx.created(orders), ...tx.updated(orders), ...tx.deleted(orders)].map(tx.causeOf)
  expect(causes).toEqual([0, 2, 3].map((ordinal) => `${tx.header.position}#${ordinal}`))
  const [first] = tx.changes(tableName('ord_ln'))
  expect(tx.causeOf(first?.after as Row)).toBe(`${tx.header.position}#1`)
  expect(tx.causeOf({ id: 1, sts: 'N' })).toBeUndefined()
})

it.each<[string, Row, Row, { from?: string; to?: string } | undefined, number]>([
  ['changed', { s: 'N' }, { s: 'A' }, undefined, 1],
  ['did not change', { s: 'A' }, { s: 'A' }, undefined, 0],
  ['changed from and to the asked values', { s: 'N' }, { s: 'A' }, { from: 'N', to: 'A' }, 1],
  ['changed from another value', { s: 'H' }, { s: 'A' }, { from: 'N', to: 'A' }, 0],
  ['changed to another value', { s: 'N' }, { s: 'X' }, { to: 'A' }, 0],
  ['was not sent', { s: 'N' }, {}, undefined, 0],
  ['became null', { s: 'N' }, { s: null }, undefined, 1],
  ['holds the same bytes', { s: new Uint8Array([1]) }, { s: new Uint8Array([1]) }, undefined, 0],
  ['holds other bytes', { s: new Uint8Array([1]) }, { s: new Uint8Array([2]) }, undefined, 1],
  ['holds the same array', { s: ['a', ['b']] }, { s: ['a', ['b']] }, undefined, 0],
])('transitioned, when the column %s', (_what, before, after, values, count) => {
  expect([...view([update(before, after)]).transitioned(orders, 's', values)]).toHaveLength(count)
})

it('passes over a transition whose old row is not known yet, and takes rows as they are recalled', () => {
  const changes = [update({ id: 1 }, { id: 1, s: 'A' })]
  const recall = (before: Row | null | undefined): RowRecall => ({
    beforeOf: () => before,
    afterOf: (change) => ({ ...change.after, memo: 'kept' }),
    whole: (change) => change,
  })
  expect([...view(changes, recall(undefined)).transitioned(orders, 's')]).toEqual([])
  expect([...view(changes, recall({ s: 'N' })).transitioned(orders, 's')]).toEqual([{ id: 1, s: 'A', memo: 'kept' }])
  expect([...view(changes, recall(null)).updated(orders)]).toEqual([{ id: 1, s: 'A', memo: 'kept' }])
})

it('never says that a column changed whose old value nobody knows', () => {
  const blind: MadeChange = { op: 'update', table: 'ord_hdr', key: [1], after: { id: 1, s: 'A' } }
  expect(() => [...view([blind]).transitioned(orders, 's')]).toThrow('whether s of ord_hdr [1] changed is not known')
  expect(() => [...view([update({ id: 1 }, { id: 1, s: 'A' })]).transitioned(orders, 's')]).toThrow('nobody has its old value')
  expect([...view([blind]).transitioned(orders, 's', { to: 'X' })]).toEqual([])
})

it('is lazy: looking for the first row reads no further', () => {
  const tx = transaction(mixed)
  let read = 0
  function* counted(): Generator<ReturnType<typeof tx.changes> extends Iterable<infer C> ? C : never> {
    for (const change of tx.changes()) {
      read++
      yield change
    }
  }
  expect(transactionView(tx.header, counted).created(orders).next().value).toEqual({ id: 1, sts: 'N' })
  expect(read).toBe(1)
})

it('knows when values are the same', () => {
  expect(sameValue(1, 1n)).toBe(false)
  expect(sameValue(Number.NaN, Number.NaN)).toBe(true)
  expect(sameValue(null, undefined)).toBe(false)
  expect(sameValue(new Uint8Array([97]), ['a'])).toBe(false)
  expect(sameValue([1, 2], [1])).toBe(false)
})
