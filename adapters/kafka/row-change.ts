import type { RowKey } from '../../src/model/ids.ts'
import type { Row } from '../../src/model/value.ts'
import type { DebeziumChange } from './debezium-record.ts'
import type { JsonObject } from './exact-json.ts'
import type { Relation } from './relation.ts'
import { keyOf } from './relation.ts'
import { undecodable } from './undecodable.ts'

/** What a change says of its rows. */
export type RowImages = Pick<DebeziumChange, 'op' | 'key' | 'before' | 'after' | 'beforeKind' | 'omitted'>

export interface RowSource {
  readonly relation: Relation
  readonly before: JsonObject | null
  readonly after: JsonObject | null
  /** Key columns as the record's key has them; read only where the row lacks them. */
  readonly recordKey: () => Row | null
}

const nothingOmitted: readonly string[] = []

const operations: Readonly<Record<string, RowImages['op']>> = { c: 'create', r: 'read', u: 'update', d: 'delete', t: 'truncate' }

/** @throws BanyanError source-undecodable for a letter that is none. */
export const operationOf = (letter: string): RowImages['op'] => {
  const op = Object.hasOwn(operations, letter) ? operations[letter] : undefined
  if (op === undefined) throw undecodable('a change of an unknown operation')
  return op
}

/** What is known of the rows, and no more: what a connector makes up for columns that the log did not carry is left out. */
export const rowImages = (op: RowImages['op'], source: RowSource): RowImages => {
  const { relation, before, after } = source
  switch (op) {
    case 'truncate':
      return { op, key: null, before: null, after: null, beforeKind: 'none', omitted: nothingOmitted }
    case 'delete':
      return deleted(source)
    case 'create':
    case 'read':
    case 'update': {
      if (after === null) throw undecodable(`a change of ${relation.table.name} without a row`)
      const { row, omitted } = relation.read(after)
      const old = op === 'update' && before !== null && relation.table.wholeOldRows ? relation.read(before).row : null
      const key = keyIn(source, row)
      return { op, key, before: old, after: row, beforeKind: old === null ? 'none' : 'full', omitted }
    }
    default:
      return op satisfies never
  }
}

/** A key column in TOAST is not in the row; it is in the record's key. */
const keyIn = ({ relation: { table }, recordKey }: RowSource, row: Row): RowKey | null => {
  const key = keyOf(table, row) ?? keyOf(table, recordKey())
  if (key === null && table.keyColumns.length > 0) throw undecodable(`a change of ${table.name} without its key`)
  return key
}

const deleted = (source: RowSource): RowImages => {
  const { relation, before, recordKey } = source
  const { table } = relation
  const rest = { op: 'delete', after: null, omitted: nothingOmitted } as const
  if (before !== null && table.wholeOldRows) {
    const { row } = relation.read(before)
    return { ...rest, key: keyIn(source, row), before: row, beforeKind: 'full' }
  }
  const names = new Set(table.keyColumns)
  const row = before === null ? (recordKey() ?? {}) : relation.read(before, names).row
  return { ...rest, key: keyIn(source, row), before: row, beforeKind: 'key' }
}
