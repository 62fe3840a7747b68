import { expect } from 'vitest'
import type { LegacyTransaction } from '../../model/change-event.ts'
import type { ChangeSourceHarness, ContractCase, LegacySession } from './harness.ts'
import { changesOf, endOf, readCurrent, readOn, transactionsOf } from './harness.ts'

const manyRows = (from: number, count: number): string =>
  `insert into account (id, qty, note) values ${Array.from({ length: count }, (_, index) => `(${from + index}, 0, 'row ${from + index}')`).join(', ')}`

/** A first read: state, then facts, without a gap or a double. */
export const snapshotCases: readonly ContractCase[] = [
  {
    name: 'tables tell their columns and the order of their key',
    run: async (harness) => {
      await using source = await harness.open()
      await readCurrent(source, null)
      const tables = await source.tables()
      expect(tables.map((table) => table.name)).toEqual(['account', 'pair'])
      expect(tables[1]?.columns.map(({ name, nullable, keyOrder }) => [name, nullable, keyOrder])).toEqual([
        ['region', false, 2],
        ['no', false, 1],
        ['label', true, null],
      ])
    },
  },
  {
    name: 'a first read begins with what is there',
    run: async (harness) => {
      await using session = await harness.session()
      await session.run(manyRows(0, 3))
      await session.run(`insert into pair (region, no, label) values ('EU', 7, 'x')`)
      await using source = await harness.open()
      const items = await readCurrent(source, null)
      const changes = changesOf(items)
      expect(changes.map(({ op, table, key }) => `${op} ${table} ${key}`).toSorted()).toEqual([
        'read account [{"$i":"0"}]',
        'read account [{"$i":"1"}]',
        'read account [{"$i":"2"}]',
        'read pair [7,"EU"]',
      ])
      expect(changes.every((change) => change.transaction.snapshot && change.before === null)).toBe(true)
      expect(new Set(changes.map((change) => `${change.transaction.position}#${change.ordinal}`)).size).toBe(4)
    },
  },
  {
    name: 'a first read of empty tables says where the stream starts',
    run: async (harness) => {
      await using source = await harness.open()
      const items = await readCurrent(source, null)
      expect(transactionsOf(items)).toEqual([])
      await using session = await harness.session()
      await session.run('insert into account (id) values (1)')
      expect(changesOf(await readCurrent(source, endOf(items)))).toHaveLength(1)
    },
  },
  {
    name: 'every commit of the stream is after the snapshot',
    run: async (harness) => {
      await using session = await harness.session()
      await session.run(manyRows(0, 10))
      await using source = await harness.open()
      const items = await readCurrent(source, null)
      await session.run('insert into account (id) values (99)')
      const [commit] = transactionsOf(await readCurrent(source, endOf(items)))
      for (const item of transactionsOf(items)) expect(item.header.position < (commit?.header.position ?? '')).toBe(true)
    },
  },
  {
    name: 'writers during the snapshot leave no gap and no double',
    run: async (harness) => {
      await using session = await harness.session()
      for (let from = 0; from < 3000; from += 500) await session.run(manyRows(from, 500))
      await using writer = await harness.session()
      let written = 0
      let writing = true
      const write = async (): Promise<void> => {
        for (; writing; written += 1) {
          await writer.run('begin')
          await writer.run(`insert into account (id, qty) values (${100_000 + written}, 0)`)
          await writer.run(`update account set qty = qty + 1 where id = ${written % 3000}`)
          await writer.run('commit')
        }
      }
      const writes = write()
      await using source = await harness.open({ smallBuffers: true })
      const first = await readCurrent(source, null)
      writing = false
      await writes
      const all = changesOf([...first, ...(await readCurrent(source, endOf(first)))])
      const born = all.filter((change) => change.op !== 'update' && Number(change.after?.['id']) >= 100_000)
      expect(new Set(born.map((change) => change.key)).size).toBe(written)
      expect(born).toHaveLength(written)
      const state = new Map(all.map((change) => [change.key, change.after]))
      const sum = [...state.values()].reduce((total, row) => total + Number(row?.['qty']), 0)
      expect(sum).toBe(written)
      const updates = all.filter((change) => change.op === 'update').length
      const snapshotSum = all.filter((change) => change.op === 'read').reduce((total, change) => total + Number(change.after?.['qty']), 0)
      expect(updates + snapshotSum).toBe(written)
    },
  },
  {
    name: 'a snapshot that was interrupted begins again from the beginning',
    run: async (harness) => {
      await using session = await harness.session()
      await interruptedSnapshot(harness, session)
      await session.run('delete from account where id = 0')
      await using source = await harness.open({ smallBuffers: true })
      const read = changesOf(await readCurrent(source, null))
      expect(new Set(read.map((change) => change.key)).size).toBe(2999)
      expect(read.map((change) => change.ordinal)).toEqual(Array.from({ length: 2999 }, (_, index) => index))
    },
  },
  {
    name: 'a snapshot that was interrupted goes on from where it was, or begins again, and says which',
    run: async (harness) => {
      await using session = await harness.session()
      const first = await interruptedSnapshot(harness, session)
      const already = new Set([...first.changes()].map((change) => change.key))
      // Of what was read and of what was not: gone, changed, come, and come again under the same key.
      for (const id of [0, 2999]) await session.run(`delete from account where id = ${id}`)
      await session.run('update account set qty = 7 where id in (1, 2998)')
      await session.run(`insert into account (id, qty) values (-5, 8), (5000, 8)`)
      await session.run('delete from account where id = 2')
      await session.run(`insert into account (id, qty, note) values (2, 9, 'again')`)
      await session.run('insert into account (id) values (9000)')
      await session.run('delete from account where id = 9000')

      await using source = await harness.open({ smallBuffers: true })
      const goesOn = (await source.resumable?.(first.token)) === true
      const items = await readCurrent(source, first.token)
      const rest = changesOf(items)
      const state = new Map(goesOn ? [...first.changes()].map((change) => [change.key, change.after]) : [])
      for (const change of rest) {
        if (change.op === 'delete') state.delete(change.key)
        else state.set(change.key, change.after)
      }
      const expected = new Map<number, number | null>(Array.from({ length: 2997 }, (_, index) => [index + 1, 0]))
      for (const [id, qty] of [
        [1, 7],
        [2, 9],
        [2998, 7],
        [-5, 8],
        [5000, 8],
      ] as const)
        expected.set(id, qty)
      const ordered = (entries: Iterable<readonly [number, unknown]>): readonly unknown[] => [...entries].sort(([a], [b]) => a - b)
      expect(ordered([...state.values()].map((row) => [Number(row?.['id']), row?.['qty']] as const))).toEqual(ordered(expected))
      expect(transactionsOf(items).every((item) => item.header.snapshot && item.header.position >= first.header.position)).toBe(true)
      const changed = new Set([0, 1, 2, -5].map((id) => `[{"$i":"${id}"}]`))
      const again = rest.filter((change) => already.has(change.key) && !changed.has(String(change.key)))
      expect(again).toHaveLength(goesOn ? 0 : already.size - 3)

      await session.run('update account set qty = 10 where id = 1')
      expect(changesOf(await readCurrent(source, endOf(items))).map(({ op, key }) => [op, key])).toEqual([['update', '[{"$i":"1"}]']])
    },
  },
]

/** Reads the first part of a snapshot of 3000 rows, and stops there. */
const interruptedSnapshot = async (harness: ChangeSourceHarness, session: LegacySession): Promise<LegacyTransaction> => {
  for (let from = 0; from < 3000; from += 500) await session.run(manyRows(from, 500))
  await using source = await harness.open({ smallBuffers: true })
  const reading = readOn(source, null)
  const first = await reading.items.next()
  reading.stop()
  await reading.items.return?.()
  if (first.done === true || first.value.kind !== 'transaction') throw new TypeError('a snapshot begins with a transaction')
  expect(first.value.header.count).toBeLessThan(3000)
  return first.value
}
