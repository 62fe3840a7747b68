import type { Draw } from '../draw.ts'
import { draw } from '../draw.ts'
import type { Cells } from './cells.ts'
import { dayMs } from './cells.ts'
import { makeRow } from './columns.ts'
import type { Domain } from './domain.ts'
import type { WorldOptions } from './options.ts'

/** One committed row change. */
export interface Change {
  readonly op: 'create' | 'read' | 'update'
  readonly table: string
  readonly key: string
  readonly row: Cells
}

/** The world's rows as they are now. */
export interface Rows {
  readonly state: Map<string, Cells>
  readonly references: ReadonlyMap<string, Map<string, Cells>>
}

/** What was there before the period. */
export const firstRows = (options: WorldOptions): Rows => {
  const from = draw(options.masterSeed, 'rows')
  const { state, references } = options.domain
  const nowDay = Math.floor(options.startMs / dayMs)
  return {
    state: new Map(state.keys.map((key) => [key, { [state.keyColumn]: key, ...state.initial(key, from) }])),
    references: new Map(
      references.map((each) => [
        each.projection,
        new Map(each.keys.map((key) => [key, { [each.keyColumn]: key, ...makeRow(each.columns, from, nowDay) }])),
      ]),
    ),
  }
}

/** Keys of the state that are read together. */
export const groupsOf = (domain: Domain, state: ReadonlyMap<string, Cells>): ReadonlyMap<string, readonly string[]> => {
  const { group } = domain.state
  if (group === null) return new Map()
  return Map.groupBy([...state.keys()].sort(), (key) => group(state.get(key) ?? {}))
}

/** All rows as one transaction. */
export const snapshotOf = (domain: Domain, rows: Rows): readonly Change[] => [
  ...[...rows.state].map(([key, row]): Change => ({ op: 'read', table: domain.state.table, key, row })),
  ...domain.references.flatMap((each) =>
    [...(rows.references.get(each.projection) ?? [])].map(([key, row]): Change => ({ op: 'read', table: each.table, key, row })),
  ),
]

/** Something other than a decision changes the state. */
export const refill = (domain: Domain, rows: Rows, from: Draw): Change => {
  const key = from.pick(domain.state.keys)
  const row = { ...domain.state.refill(rows.state.get(key) ?? {}, from), [domain.state.keyColumn]: key }
  rows.state.set(key, row)
  return { op: 'update', table: domain.state.table, key, row }
}

/** Somebody maintains master data. */
export const referenceChange = (domain: Domain, rows: Rows, from: Draw): Change => {
  const reference = from.pick(domain.references)
  const key = from.pick(reference.keys)
  const known = rows.references.get(reference.projection)
  const row = { ...reference.change(known?.get(key) ?? {}, from), [reference.keyColumn]: key }
  known?.set(key, row)
  return { op: 'update', table: reference.table, key, row }
}
