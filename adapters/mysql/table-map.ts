import type { ByteReader } from './byte-reader.ts'
import { byteReader } from './byte-reader.ts'
import type { ColumnShape } from './column-type.ts'
import { columnType, readColumnShape } from './column-type.ts'
import { undecodable } from './undecodable.ts'

/** A table as the log described it at the time of the change. */
export interface TableMap {
  readonly schema: string
  readonly table: string
  readonly columns: readonly ColumnShape[]
  /** Null: the server does not tell (`binlog_row_metadata` is not FULL). */
  readonly metadata: TableMetadata | null
}

export interface TableMetadata {
  readonly names: readonly string[]
  /** Per column; false where that means nothing. */
  readonly unsigned: readonly boolean[]
  /** Collation per column; 0 where that means nothing. */
  readonly collations: readonly number[]
  /** Labels of enum and set columns, in the column's own character set. */
  readonly labels: readonly (readonly Buffer[])[]
  /** Places of the key's columns, in key order. */
  readonly keyPlaces: readonly number[]
}

/** Id, schema and table of a table map, without looking at its columns. */
export const readTableName = (
  body: Buffer,
): { readonly id: number; readonly schema: string; readonly table: string; readonly end: number } => {
  const reader = byteReader(body)
  const id = reader.uint(6)
  reader.skip(2)
  const schema = reader.text(reader.uint(1))
  reader.skip(1)
  const table = reader.text(reader.uint(1))
  reader.skip(1)
  return { id, schema, table, end: reader.at() }
}

/** Among the columns with a character set MariaDB counts geometries too, and MySQL vectors. */
export const readTableMap = (body: Buffer, mariadb: boolean): TableMap => {
  const { schema, table, end } = readTableName(body)
  const reader = byteReader(body, end)
  const types = [...reader.slice(reader.packed())]
  const shapes = byteReader(reader.slice(reader.packed()))
  const columns = types.map((type) => readColumnShape(type, shapes))
  reader.skip((columns.length + 7) >> 3)
  return { schema, table, columns, metadata: readMetadata(reader, columns, mariadb) }
}

const field = {
  signedness: 1,
  defaultCollation: 2,
  collations: 3,
  names: 4,
  setLabels: 5,
  enumLabels: 6,
  key: 8,
  keyWithPrefix: 9,
  labelDefaultCollation: 10,
  labelCollations: 11,
} as const

const numeric: ReadonlySet<number> = new Set([
  columnType.tiny,
  columnType.short,
  columnType.int24,
  columnType.long,
  columnType.longlong,
  columnType.decimal,
  columnType.float,
  columnType.double,
  columnType.year,
])

const character: ReadonlySet<number> = new Set([
  columnType.varchar,
  columnType.varcharCompressed,
  columnType.varString,
  columnType.string,
  columnType.tinyBlob,
  columnType.mediumBlob,
  columnType.longBlob,
  columnType.blob,
  columnType.blobCompressed,
])

/** Fields of the metadata speak of certain columns only, and count them apart. */
const placesWhere = (columns: readonly ColumnShape[], is: (type: number) => boolean): readonly number[] =>
  columns.flatMap(({ type }, place) => (is(type) ? [place] : []))

const readMetadata = (reader: ByteReader, columns: readonly ColumnShape[], mariadb: boolean): TableMetadata | null => {
  const names: string[] = []
  const unsigned = columns.map(() => false)
  const collations = columns.map(() => 0)
  const labels: (readonly Buffer[])[] = columns.map(() => [])
  const keyPlaces: number[] = []
  const characterPlaces = placesWhere(
    columns,
    (type) => character.has(type) || type === (mariadb ? columnType.geometry : columnType.vector),
  )
  const labelPlaces = placesWhere(columns, (type) => type === columnType.enum || type === columnType.set)
  while (reader.left() > 0) {
    const kind = reader.uint(1)
    const value = byteReader(reader.slice(reader.packed()))
    switch (kind) {
      case field.signedness:
        readSigns(
          value,
          placesWhere(columns, (type) => numeric.has(type)),
          unsigned,
        )
        break
      case field.defaultCollation:
      case field.labelDefaultCollation:
        readDefaultCollation(value, kind === field.defaultCollation ? characterPlaces : labelPlaces, collations)
        break
      case field.collations:
      case field.labelCollations:
        for (const place of kind === field.collations ? characterPlaces : labelPlaces) collations[place] = value.packed()
        break
      case field.names:
        while (value.left() > 0) names.push(value.text(value.packed()))
        break
      case field.setLabels:
      case field.enumLabels: {
        const type = kind === field.setLabels ? columnType.set : columnType.enum
        for (const place of placesWhere(columns, (each) => each === type)) labels[place] = readLabels(value)
        break
      }
      case field.key:
        while (value.left() > 0) keyPlaces.push(value.packed())
        break
      case field.keyWithPrefix:
        for (; value.left() > 0; value.packed()) keyPlaces.push(value.packed())
        break
      default:
        // Kind of a geometry, visibility of a column, and what later servers add.
        continue
    }
    if (value.left() > 0) throw undecodable(`metadata of kind ${kind} that is longer than what it describes`)
  }
  if (names.length === 0) return null
  if (names.length !== columns.length || keyPlaces.some((place) => place >= columns.length)) {
    throw undecodable('a table whose names and columns are not equally many')
  }
  return { names, unsigned, collations, labels, keyPlaces }
}

const readSigns = (value: ByteReader, places: readonly number[], unsigned: boolean[]): void => {
  const bits = value.slice((places.length + 7) >> 3)
  places.forEach((place, index) => {
    unsigned[place] = ((bits[index >> 3] ?? 0) & (0x80 >> (index & 7))) !== 0
  })
}

const readDefaultCollation = (value: ByteReader, places: readonly number[], collations: number[]): void => {
  const usual = value.packed()
  for (const place of places) collations[place] = usual
  while (value.left() > 0) {
    const place = places[value.packed()]
    const collation = value.packed()
    if (place === undefined) throw undecodable('a collation of a column that is not there')
    collations[place] = collation
  }
}

const readLabels = (value: ByteReader): readonly Buffer[] => Array.from({ length: value.packed() }, () => value.slice(value.packed()))
