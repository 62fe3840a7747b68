import type { Connection } from 'mysql2'
import type { CharsetFacts } from './charset.ts'
import { quoted, quotedName, rowsOf } from './connect.ts'
import type { TextRow } from './connect.ts'
import type { Settings, TableRef } from './options.ts'

export interface CatalogueColumn {
  readonly name: string
  /** Name of the type alone, e.g. `decimal`. */
  readonly kind: string
  /** As declared, e.g. `decimal(12,2) unsigned`. */
  readonly type: string
  readonly nullable: boolean
  /** Null: not text. */
  readonly charset: string | null
  /** Of bit columns: how many. */
  readonly bits: number
}

/** A captured table as the server knows it now. */
export interface CatalogueTable {
  readonly ref: TableRef
  /** False for views and the like. */
  readonly isTable: boolean
  readonly engine: string
  readonly columns: readonly CatalogueColumn[]
  /** The primary key's, in key order. */
  readonly keyColumns: readonly string[]
  /** The key's index has whole values, in ascending order. */
  readonly keyInOrder: boolean
  /** When the server made the table, as its text; a table that takes the name of another has a time of its own. */
  readonly createdAt: string
}

/** The tables that exist and that the user may see, in the order of the option. */
export const readTables = async (connection: Connection, settings: Settings): Promise<readonly CatalogueTable[]> => {
  const wanted = settings.tables.map(({ schema, table }) => `(${quoted(schema)}, ${quoted(table)})`).join(', ')
  const among = `(TABLE_SCHEMA, TABLE_NAME) IN (${wanted})`
  const tables = await rowsOf(
    connection,
    `SELECT TABLE_SCHEMA AS s, TABLE_NAME AS t, TABLE_TYPE AS kind, ENGINE AS engine, CREATE_TIME AS created
     FROM information_schema.TABLES WHERE ${among}`,
  )
  const columns = await rowsOf(
    connection,
    `SELECT TABLE_SCHEMA AS s, TABLE_NAME AS t, COLUMN_NAME AS name, DATA_TYPE AS kind, COLUMN_TYPE AS type, IS_NULLABLE AS nullable,
       CHARACTER_SET_NAME AS charset, NUMERIC_PRECISION AS bits
     FROM information_schema.COLUMNS WHERE ${among} ORDER BY ORDINAL_POSITION`,
  )
  const keys = await rowsOf(
    connection,
    `SELECT TABLE_SCHEMA AS s, TABLE_NAME AS t, COLUMN_NAME AS name,
       INDEX_TYPE = 'BTREE' AND COLLATION = 'A' AND SUB_PART IS NULL AS whole
     FROM information_schema.STATISTICS
     WHERE ${among} AND INDEX_NAME = 'PRIMARY' ORDER BY SEQ_IN_INDEX`,
  )
  return settings.tables.flatMap((ref) => {
    const own = (rows: readonly TextRow[]): readonly TextRow[] => rows.filter((row) => row['s'] === ref.schema && row['t'] === ref.table)
    const [table] = own(tables)
    if (table === undefined) return []
    const isTable = /^(BASE TABLE|SYSTEM VERSIONED)$/.test(table['kind'] ?? '')
    const engine = table['engine'] ?? ''
    const key = own(keys)
    return [
      {
        ref,
        isTable,
        engine,
        columns: own(columns).map(columnOf),
        keyColumns: key.map((row) => row['name'] ?? ''),
        keyInOrder: key.every((row) => row['whole'] === '1'),
        createdAt: table['created'] ?? '',
      },
    ]
  })
}

const columnOf = (row: TextRow): CatalogueColumn => ({
  name: row['name'] ?? '',
  kind: (row['kind'] ?? '').toLowerCase(),
  type: row['type'] ?? '',
  nullable: row['nullable'] === 'YES',
  charset: row['charset'] ?? null,
  bits: Number(row['bits'] ?? 0),
})

/** All 256 characters of each set that has no more, as the server converts them. */
export const readCharsets = async (connection: Connection): Promise<CharsetFacts> => {
  const collations = new Map<number, string>()
  for (const row of await readCollations(connection)) collations.set(Number(row['id']), row['charset'] ?? '')
  const sets = await rowsOf(connection, 'SELECT CHARACTER_SET_NAME AS name, MAXLEN AS size FROM information_schema.CHARACTER_SETS')
  const single = sets
    .filter((row) => row['size'] === '1' && row['name'] !== 'binary' && row['name'] !== 'ascii')
    .map((row) => row['name'] ?? '')
  const every = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0')).join('')
  const list = single.map((name) => `CONVERT(_${name} X'${every}' USING utf8mb4) AS ${quotedName(name)}`)
  const [page = {}] = list.length === 0 ? [] : await rowsOf(connection, `SELECT ${list.join(', ')}`)
  return { collations, pages: new Map(single.map((name) => [name, page[name] ?? ''])) }
}

/** MariaDB 10.10 and later number the collations of several sets in a table of their own. */
const readCollations = async (connection: Connection): Promise<readonly TextRow[]> => {
  const older = 'SELECT ID AS id, CHARACTER_SET_NAME AS charset FROM information_schema.COLLATIONS WHERE ID IS NOT NULL'
  try {
    return await rowsOf(
      connection,
      'SELECT ID AS id, CHARACTER_SET_NAME AS charset FROM information_schema.COLLATION_CHARACTER_SET_APPLICABILITY',
    )
  } catch {
    return rowsOf(connection, older)
  }
}
