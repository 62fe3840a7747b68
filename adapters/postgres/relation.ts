import type { TableName } from '../../src/model/ids.ts'
import type { TableDescription, TableShape } from '../../src/model/table-shape.ts'
import type { CatalogueTable } from './catalogue.ts'
import type { Codec, TypeShapes } from './codec.ts'
import { codecOf, firstUserOid } from './codec.ts'
import type { RelationMessage } from './pgoutput.ts'
import { tableShape } from './table-shape.ts'

/** What decoding a row needs to know. One object per version of a table. */
export interface Relation extends TableDescription {
  readonly table: TableName
  readonly names: readonly string[]
  readonly codecs: readonly Codec[]
  /** Columns that a key-only old row carries. */
  readonly identity: readonly boolean[]
  /** Places of the key columns, in key order. Empty: the table has no key. */
  readonly keyPlaces: readonly number[]
}

export interface RelationSources {
  readonly tables: readonly CatalogueTable[]
  readonly types: () => TypeShapes
}

/** Null for a table that is not captured. Codecs are resolved at first use: types may have to be asked for before. */
export const relationOf = (message: RelationMessage, sources: RelationSources): Relation | null => {
  const captured = sources.tables.find(({ ref }) => ref.schema === message.schema && ref.table === message.table)
  if (captured === undefined) return null
  const places = keyPlaces(message, captured.keyColumns)
  let codecs: readonly Codec[] | null = null
  let shape: TableShape | null = null
  return {
    table: captured.ref.name,
    names: message.columns.map((column) => column.name),
    get codecs() {
      codecs ??= message.columns.map((column) => codecOf(column.typeOid, sources.types()))
      return codecs
    },
    identity: message.columns.map((column) => column.identity),
    keyPlaces: places,
    get shape() {
      const key = places.map((place) => message.columns[place]?.name ?? '')
      shape ??= tableShape(captured.ref.name, { columns: message.columns, key }, sources.types())
      return shape
    },
  }
}

/** Types that only the catalogue can explain and that were not there when it was read. */
export const hasUnknownType = (message: RelationMessage, types: TypeShapes): boolean =>
  message.columns.some((column) => column.typeOid >= firstUserOid && !types.has(column.typeOid))

/**
 * The key order of the catalogue, as long as it names the columns that the server calls the identity (with FULL it calls
 * every column so). After a change of the key the table's own column order stands in.
 */
const keyPlaces = (message: RelationMessage, keyColumns: readonly string[]): readonly number[] => {
  const marked = message.columns.flatMap((column, place) => (column.identity ? [place] : []))
  const known = keyColumns.map((name) => message.columns.findIndex((column) => column.name === name))
  const full = marked.length === message.columns.length
  if (!known.includes(-1) && known.every((place) => marked.includes(place)) && (full || known.length === marked.length)) return known
  return full && keyColumns.length === 0 ? [] : marked
}
