import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BanyanError } from '../../../src/model/errors.ts'
import type { ChangeEvent } from '../../../src/model/change-event.ts'
import type { Row, Value } from '../../../src/model/value.ts'
import type { ColumnWriter } from './column-writer.ts'
import { columnWriters } from './column-writers.ts'
import { decodeEvents } from './golden-log.ts'
import type { WrittenChange, WrittenTable } from './log-writer.ts'
import { rowsEvent, rowsOf, transaction } from './log-writer.ts'

/** A million in `npm run soak`. */
const runs = process.env['BANYAN_SOAK'] === undefined ? 1_500 : 500_000
const patienceMs = 3_600_000

const decode = (table: WrittenTable, op: WrittenChange['op'], rows: Buffer): readonly ChangeEvent[] | 'refused' => {
  try {
    return decodeEvents('mysql', transaction(table, rowsEvent(table, op, rows)))
  } catch (error) {
    if (error instanceof BanyanError && error.code === 'source-undecodable') return 'refused'
    throw error
  }
}

const rowOf = (table: WrittenTable): fc.Arbitrary<Row> =>
  fc
    .tuple(...table.map(([, column], place) => (place === 0 ? column.values : fc.option(column.values, { freq: 6 }))))
    .map((values) => Object.fromEntries(table.map(([name], place) => [name, values[place] as Value])))

/** Of 8 columns, because then no bit of a bitmap means nothing. The first is the key, and a number. */
const tableOf = (columns: readonly ColumnWriter[]): fc.Arbitrary<WrittenTable> => {
  const others = columns.filter(({ label }) => label !== 'int')
  return fc
    .array(fc.constantFrom(...others), { minLength: 7, maxLength: 7 })
    .map((chosen) => [['id', columnWriters[3] as ColumnWriter], ...chosen.map((column, index) => [`c${index}`, column] as const)])
}

interface Written {
  readonly table: WrittenTable
  readonly op: WrittenChange['op']
  readonly changes: readonly WrittenChange[]
}

const written = (columns: readonly ColumnWriter[]): fc.Arbitrary<Written> =>
  fc.tuple(tableOf(columns), fc.constantFrom('create' as const, 'update' as const, 'delete' as const)).chain(([table, op]) => {
    const change = fc.tuple(rowOf(table), rowOf(table)).map(([before, after]): WrittenChange => {
      if (op === 'create') return { op, after }
      if (op === 'delete') return { op, before }
      return { op, before, after: { ...after, id: before['id'] ?? null } }
    })
    return fc.record({ table: fc.constant(table), op: fc.constant(op), changes: fc.array(change, { minLength: 1, maxLength: 2 }) })
  })

/** What was read, as changes of the log: a changed key was one update there. */
const said = (op: WrittenChange['op'], changes: readonly ChangeEvent[]): readonly WrittenChange[] => {
  const row = (given: Row | null): Row => given ?? expect.fail('a change without its row')
  if (op === 'create') return changes.map(({ after }) => ({ op, after: row(after) }))
  if (op === 'delete') return changes.map(({ before }) => ({ op, before: row(before) }))
  return changes.flatMap((change, index) => {
    if (change.op === 'create') return []
    return [{ op, before: row(change.before), after: row(change.op === 'update' ? change.after : (changes[index + 1]?.after ?? null)) }]
  })
}

test(
  'every row that a server can write is read to the last value',
  () => {
    fc.assert(
      fc.property(written(columnWriters), ({ table, op, changes }) => {
        const found = decode(table, op, rowsOf(table, changes))
        expect(found === 'refused' ? found : said(op, found), table.map(([, { label }]) => label).join(', ')).toEqual(changes)
      }),
      { numRuns: Math.min(runs, 100_000) },
    )
  },
  patienceMs,
)

/** What is done to rows: some bytes are changed, or the end is cut off, or something is put behind it. */
interface Damage {
  readonly bytes?: readonly (readonly [offset: number, byte: number])[]
  readonly cut?: number
  readonly more?: Uint8Array
}

const damage: fc.Arbitrary<Damage> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ bytes: fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 3 }) }),
  },
  { weight: 1, arbitrary: fc.record({ cut: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ more: fc.uint8Array({ minLength: 1, maxLength: 3 }) }) },
)

const damaged = (rows: Buffer, { bytes = [], cut, more = new Uint8Array() }: Damage): Buffer => {
  const copy = Buffer.from(rows)
  for (const [offset, byte] of bytes) copy[offset % copy.length] = byte
  return Buffer.concat([cut === undefined ? copy : copy.subarray(0, cut % copy.length), more])
}

test(
  'damaged rows are refused, or what is read is what their bytes say: written again it gives the same bytes',
  () => {
    const strict = columnWriters.filter(({ loose }) => loose !== true)
    let refused = 0
    let read = 0
    fc.assert(
      fc.property(written(strict), damage, ({ table, op, changes }, how) => {
        const rows = damaged(rowsOf(table, changes), how)
        const startedMs = performance.now()
        const found = decode(table, op, rows)
        expect(performance.now() - startedMs).toBeLessThan(2_000)
        if (found === 'refused') refused += 1
        else {
          read += 1
          const again = rowsOf(table, said(op, found))
          if (!again.equals(rows))
            expect.fail(
              `${table.map(([, { label }]) => label).join(', ')}: ${rows.toString('hex')} was read as ${JSON.stringify(found, (_, value) => (typeof value === 'bigint' ? String(value) : value))}`,
            )
        }
      }),
      { numRuns: runs },
    )
    expect(Math.min(refused, read)).toBeGreaterThan(runs / 20)
  },
  patienceMs,
)
