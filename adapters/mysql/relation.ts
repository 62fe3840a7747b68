import { encode } from '../../src/model/canonical.ts'
import type { RowKey, TableName } from '../../src/model/ids.ts'
import { rowKey } from '../../src/model/ids.ts'
import type { TableDescription, TableFate } from '../../src/model/table-shape.ts'
import type { Row } from '../../src/model/value.ts'
import type { Charsets } from './charset.ts'
import type { ColumnCodec } from './column-codec.ts'
import { columnCodec } from './column-codec.ts'
import { columnType } from './column-type.ts'
import type { TableMap } from './table-map.ts'
import { seenColumn } from './table-shape.ts'
import { undecodable } from './undecodable.ts'

/** A captured table as the log described it: everything that its rows are read with. */
export interface Relation extends TableDescription {
  readonly table: TableName
  readonly names: readonly string[]
  readonly codecs: readonly ColumnCodec[]
  /** Places of the key's columns, in key order; empty for a table without a primary key. */
  readonly keyPlaces: readonly number[]
}

export interface CapturedTable {
  readonly name: TableName
  /** Type names in the catalogue of now, by column. */
  readonly declared: ReadonlyMap<string, string>
}

const geometryOrBytes: ReadonlySet<number> = new Set([columnType.geometry, columnType.vector])

/** @throws BanyanError source-undecodable where the log does not name its columns. */
export const relationOf = (map: TableMap, { name, declared }: CapturedTable, charsets: Charsets): Relation => {
  const { columns, metadata } = map
  if (metadata === null) {
    throw undecodable(
      `a change of ${map.schema}.${map.table} without the names of its columns`,
      'SET GLOBAL binlog_row_metadata = FULL; and begin again with a snapshot into an empty store',
    )
  }
  const { names, keyPlaces } = metadata
  const described = columns.map((shape, place) => {
    const collation = metadata.collations[place] ?? 0
    const text = collation === 0 || geometryOrBytes.has(shape.type) ? null : charsets.decodeOf(collation)
    const labels = (metadata.labels[place] ?? []).map((label) => (text === null ? label.toString('utf8') : text(label, 0, label.length)))
    const unsigned = metadata.unsigned[place] ?? false
    const column = { name: names[place] ?? '', shape, unsigned, isText: text !== null, labels }
    const codec = columnCodec({ shape, unsigned, text, labels, declared: declared.get(column.name) ?? '' })
    return { codec, column: seenColumn(column) }
  })
  return {
    table: name,
    names,
    codecs: described.map(({ codec }) => codec),
    keyPlaces,
    shape: { table: name, columns: described.map(({ column }) => column), key: keyPlaces.map((place) => names[place] ?? '') },
  }
}

/** What a statement did to a whole table: no rows, no columns. */
export const fateRelation = (table: TableName, fate?: TableFate): Relation => ({
  table,
  names: [],
  codecs: [],
  keyPlaces: [],
  shape: null,
  ...(fate === undefined ? {} : { fate }),
})

/** Canonical text of a row's key columns; null for a table without a key. */
export const keyOf = ({ names, keyPlaces }: Pick<Relation, 'names' | 'keyPlaces'>, row: Row | null): RowKey | null =>
  row === null || keyPlaces.length === 0 ? null : rowKey(encode(keyPlaces.map((place) => row[names[place] ?? ''] ?? null)))
