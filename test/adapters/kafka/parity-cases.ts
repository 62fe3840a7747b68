import { expect, test } from 'vitest'
import type { ChangeEvent } from '../../../src/model/change-event.ts'
import type { Row } from '../../../src/model/value.ts'
import type { ChangeSource } from '../../../src/ports/change-source.ts'
import { changesOf, endOf, readCurrent } from '../../../src/testing/change-source/harness.ts'
import type { LegacySession } from '../../../src/testing/change-source-contract.ts'
import { typeColumns, typeDeclarations } from '../postgres/type-rows.ts'

export interface ParitySources extends AsyncDisposable {
  readonly session: LegacySession
  readonly native: ChangeSource
  readonly kafka: ChangeSource
}

export interface ParityCase {
  readonly name: string
  readonly connector: Readonly<Record<string, string>>
  /** Columns that are not equal under this configuration, each with its reason, beside those that never are. */
  readonly differ?: Readonly<Record<string, string>>
  /** Columns that are equal although they are not by default. */
  readonly equal?: readonly string[]
  /** Columns that the connector does not mark as not sent: preflight refuses the configuration, where it can meet them. */
  readonly unmarked?: readonly string[]
}

const notCarried = 'the connector leaves the column out'

/** Columns that differ under every configuration, or under the default one. */
const different: Readonly<Record<string, string>> = {
  exact: 'a numeric without a scale loses the zeros at its end, and NaN and the infinities come as null',
  zonedClock: 'the offset of a timetz is lost: it comes in UTC',
  local: '294276-12-31 runs over in the connector: not sent',
  span: 'an interval comes as a guess in microseconds: not sent',
  moreFlags: 'the length of a varbit is lost: not sent',
  identifier: 'the connector sends null for the type name: not sent',
  numbers: 'of a list of lists the connector makes one of nulls: not sent',
  cents: 'of a domain nothing but a schema in the record tells what it is made over: not sent',
  boxes: 'the connector sends null for lists of geometric types: not sent',
  line: 'geometric types come in forms of the connector’s own: not sent',
  segment: 'as line',
  box: 'as line',
  way: 'as line',
  shape: 'as line',
  circle: 'as line',
  path: notCarried,
  sought: notCarried,
  transaction: notCarried,
  place: notCarried,
  ranges: notCarried,
  pair: notCarried,
}

export const parityTables: readonly string[] = ['account', 'pair', 'types', 'toasty', 'whole']

const long = 'x'.repeat(5000)

export const paritySchema: readonly string[] = [
  ...typeDeclarations.split(';').filter((sql) => sql.trim() !== ''),
  `create table types (id serial primary key, ${Object.entries(typeColumns)
    .map(([name, [type]]) => `${name} ${type}`)
    .join(', ')})`,
  'create table toasty (id int primary key, t text, j jsonb, b bytea, ta text[], ia int[], ba bigint[], v varchar)',
  ...['t', 'j', 'b', 'ta', 'ia', 'ba', 'v'].map((column) => `alter table toasty alter ${column} set storage external`),
  'create table whole (id int primary key, a text not null, b int default 5)',
  'alter table whole replica identity full',
]

export const parityWorkload: readonly string[] = [
  ...Object.entries(typeColumns).flatMap(([name, [, ...values]]) => values.map((value) => `insert into types (${name}) values (${value})`)),
  'begin',
  'insert into account (id) values (2), (3)',
  `insert into pair values ('EU', 7, 'x')`,
  'update pair set no = 8',
  `insert into whole values (1, 'a', null)`,
  'delete from pair',
  'insert into account (id, price) values (9007199254740993, 12.5)',
  'commit',
  `insert into toasty values (1, '${long}', to_jsonb('${long}'::text), '${long}', array['${long}'], (select array_agg(i) from generate_series(1, 3000) i), (select array_agg(i::bigint) from generate_series(1, 3000) i), '${long}')`,
  'update toasty set id = id',
  'update toasty set id = 2',
  'delete from toasty',
  'update whole set b = 3',
  'update whole set id = 2',
  'delete from whole',
  `insert into whole values (3, 'z', 1)`,
  'truncate whole, account',
]

type Said = Pick<ChangeEvent, 'op' | 'table' | 'key' | 'beforeKind'> & { readonly transaction: number; readonly ordinal: number }

/** Everything but the rows, which are compared column by column. */
const saidOf = (changes: readonly ChangeEvent[]): readonly Said[] => {
  const transactions = [...new Set(changes.map((change) => change.transaction.position))]
  return changes.map(({ op, table, key, beforeKind, transaction, ordinal }) => ({
    op,
    table,
    key,
    beforeKind,
    transaction: transactions.indexOf(transaction.position),
    ordinal,
  }))
}

const differing = (native: Row | null, kafka: Row | null): readonly string[] => {
  const names = new Set([...Object.keys(native ?? {}), ...Object.keys(kafka ?? {})])
  return [...names].filter((name) => {
    try {
      expect(kafka?.[name]).toEqual(native?.[name])
      return false
    } catch {
      return true
    }
  })
}

export const parityCase = (
  { name, connector, differ = {}, equal = [], unmarked = [] }: ParityCase,
  start: (connector: ParityCase['connector']) => Promise<ParitySources>,
): void => {
  test(`one workload, natively and through Debezium: ${name}`, { timeout: 120_000 }, async () => {
    await using sources = await start(connector)
    const { session, native, kafka } = sources
    const tokens = { native: endOf(await readCurrent(native, null)), kafka: endOf(await readCurrent(kafka, null)) }
    for (const sql of parityWorkload) await session.run(sql)
    const expected = changesOf(await readCurrent(native, tokens.native))
    const changes = changesOf(await readCurrent(kafka, tokens.kafka))
    expect(saidOf(changes)).toEqual(saidOf(expected))
    const columns = new Set<string>()
    for (const [index, change] of changes.entries()) {
      const other = expected[index]
      for (const column of differing(other?.before ?? null, change.before)) columns.add(column)
      for (const column of differing(other?.after ?? null, change.after)) columns.add(column)
      // What native reading does not send either is named the same; what only the connector loses is named besides.
      const omitted = other?.omitted ?? []
      for (const column of omitted) expect(change.omitted.includes(column), column).toBe(!unmarked.includes(column))
    }
    const known = Object.keys({ ...different, ...differ }).filter((column) => !equal.includes(column))
    expect([...columns].map((column) => column.toLowerCase()).toSorted()).toEqual(known.map((column) => column.toLowerCase()).toSorted())
  })
}
