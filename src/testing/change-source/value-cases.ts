import { expect } from 'vitest'
import type { Row } from '../../model/value.ts'
import type { ChangeSourceHarness, ContractCase } from './harness.ts'
import { changesOf, readCurrent, startedAfter } from './harness.ts'

/** The row as the stream gives it. */
const streamed = async (harness: ChangeSourceHarness, columns: string, values: string): Promise<Row> => {
  await using started = await startedAfter(harness)
  await started.session.run(`insert into account (${columns}) values (${values})`)
  return changesOf(await started.since())[0]?.after ?? {}
}

const valueCase = (name: string, columns: string, values: string, expected: Row): ContractCase => ({
  name,
  run: async (harness) => expect(await streamed(harness, columns, values)).toMatchObject(expected),
})

const everyColumn = 'id, code, qty, price, note, at, local'
const everyValue = `-9007199254740993, 'ab', -7, 0.10, 'tab\tnewline\nback\\slash "quote" ''apostrophe'' Ünïcode 🌳 \\N', '2026-03-01 09:30:00.5+02', '2026-03-29 02:30:00.000001'`

/** Values are exact, and the same by every way. */
export const valueCases: readonly ContractCase[] = [
  valueCase('64-bit integers are exact', 'id', '9223372036854775807', { id: 9223372036854775807n }),
  valueCase('decimals keep their digits', 'id, price', '1, 1234567890.50', { price: '1234567890.50' }),
  valueCase('char keeps its padding', 'id, code', `1, 'ab'`, { code: 'ab      ' }),
  valueCase('instants are UTC with microseconds', 'id, at', `1, '2026-03-01 09:30:00.5+02'`, { at: '2026-03-01T07:30:00.500000Z' }),
  valueCase('wall clocks have no zone', 'id, local', `1, '2026-03-29 02:30:00.000001'`, { local: '2026-03-29T02:30:00.000001' }),
  valueCase('null, empty and blank text differ', 'id, note, code', `1, '', null`, { note: '', code: null, qty: null }),
  {
    name: 'snapshot and stream give equal rows and keys',
    run: async (harness) => {
      await using session = await harness.session()
      await session.run(`insert into account (${everyColumn}) values (${everyValue})`)
      await session.run(`insert into pair (region, no, label) values ('EU', 7, 'x')`)
      await using source = await harness.open()
      const first = await readCurrent(source, null)
      const read = changesOf(first)
      await session.run('delete from account')
      await session.run('delete from pair')
      await session.run(`insert into account (${everyColumn}) values (${everyValue})`)
      await session.run(`insert into pair (region, no, label) values ('EU', 7, 'x')`)
      const created = changesOf(await readCurrent(source, first.at(-1)?.token ?? null)).filter((change) => change.op === 'create')
      const content = (changes: typeof read): readonly unknown[] => changes.map(({ table, key, after }) => ({ table, key, after }))
      expect(content(created)).toEqual(content(read))
      expect(Object.keys(created[0]?.after ?? {})).toEqual(Object.keys(read[0]?.after ?? {}))
    },
  },
  {
    name: 'times of commit are close to the clock and never go far back',
    run: async (harness) => {
      await using started = await startedAfter(harness)
      const beforeMs = Date.now()
      await started.session.run('insert into account (id) values (1)')
      await started.session.run('insert into account (id) values (2)')
      const afterMs = Date.now()
      for (const { transaction } of changesOf(await started.since())) {
        expect(transaction.committedAt).toBeGreaterThan(beforeMs - 1000)
        expect(transaction.committedAt).toBeLessThan(afterMs + 1000)
        expect(transaction.capturedAt).toBeGreaterThanOrEqual(beforeMs)
      }
    },
  },
]
