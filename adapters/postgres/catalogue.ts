import type pg from 'pg'
import { escapeLiteral } from 'pg'
import type { TypeShape, TypeShapes } from './codec.ts'
import { firstUserOid } from './codec.ts'
import { rowsOf } from './connect.ts'
import type { Settings, TableRef } from './options.ts'

export interface CatalogueColumn {
  readonly name: string
  readonly typeOid: number
  /** What the type is limited to, e.g. a length; -1: nothing. */
  readonly typeMod: number
  readonly type: string
  readonly nullable: boolean
  /** `s` stored, `v` virtual, empty for an ordinary column. */
  readonly generated: '' | 's' | 'v'
}

/** A captured table as the server knows it now. */
export interface CatalogueTable {
  readonly ref: TableRef
  /** `r` table, `p` partitioned, others cannot be captured. */
  readonly kind: string
  readonly identity: 'd' | 'n' | 'f' | 'i'
  readonly isPartition: boolean
  /** The server (18 and later) can send generated columns, and refuses updates under an identity with one that it may not send. */
  readonly sendsGenerated: boolean
  readonly columns: readonly CatalogueColumn[]
  /** Key columns in key order: those of the replica identity's index if one is chosen, else the primary key's. */
  readonly keyColumns: readonly string[]
  /** Columns that the publication sends; null while it does not cover the table. */
  readonly published: readonly string[] | null
  readonly rowFilter: string | null
  readonly selectable: boolean
}

export interface Catalogue {
  readonly tables: readonly CatalogueTable[]
  readonly types: TypeShapes
}

/** What is asked of the server about captured tables and about types, as of now. */
export const readCatalogue = async (client: pg.Client, settings: Settings): Promise<Catalogue> => ({
  tables: await readTables(client, settings),
  types: await readTypes(client),
})

const tablesSql = (settings: Settings): string => `
  SELECT json_agg(t) AS tables FROM (
    SELECT n.nspname AS schema, c.relname AS table, c.relkind AS kind, c.relreplident AS identity, c.relispartition AS "isPartition",
      current_setting('server_version_num')::int >= 180000 AS "sendsGenerated",
      has_table_privilege(c.oid, 'SELECT') AS selectable,
      (SELECT json_agg(json_build_object('name', a.attname, 'typeOid', a.atttypid::bigint, 'typeMod', a.atttypmod, 'type', format_type(a.atttypid, a.atttypmod),
                'nullable', NOT a.attnotnull, 'generated', a.attgenerated) ORDER BY a.attnum)
         FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
      (SELECT json_agg(a.attname ORDER BY k.place)
         FROM pg_index i, unnest(i.indkey::int2[]) WITH ORDINALITY k(attnum, place), pg_attribute a
        WHERE i.indrelid = c.oid AND a.attrelid = c.oid AND a.attnum = k.attnum AND k.place <= i.indnkeyatts
          AND CASE WHEN c.relreplident = 'i' THEN i.indisreplident ELSE i.indisprimary END) AS "keyColumns",
      p.attnames AS published, p.rowfilter AS "rowFilter", p.found
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN (
      SELECT schemaname, tablename, true AS found, to_jsonb(pt) -> 'attnames' AS attnames, to_jsonb(pt) ->> 'rowfilter' AS rowfilter
        FROM pg_publication_tables pt WHERE pubname = ${escapeLiteral(settings.publication)}
    ) p ON p.schemaname = n.nspname AND p.tablename = c.relname
    WHERE (n.nspname, c.relname) IN (${settings.tables.map((ref) => `(${escapeLiteral(ref.schema)}, ${escapeLiteral(ref.table)})`).join(', ')})
  ) t`

interface TableRecord {
  readonly schema: string
  readonly table: string
  readonly kind: string
  readonly identity: CatalogueTable['identity']
  readonly isPartition: boolean
  readonly sendsGenerated: boolean
  readonly selectable: boolean
  readonly columns: readonly CatalogueColumn[] | null
  readonly keyColumns: readonly string[] | null
  readonly published: readonly string[] | null
  readonly rowFilter: string | null
  readonly found: boolean | null
}

/** The tables that exist, in the order of the option. */
export const readTables = async (client: pg.Client, settings: Settings): Promise<readonly CatalogueTable[]> => {
  const [row] = await rowsOf(client, tablesSql(settings))
  const records = JSON.parse(row?.['tables'] ?? '[]') as readonly TableRecord[]
  return settings.tables.flatMap((ref) => {
    const record = records.find((each) => each.schema === ref.schema && each.table === ref.table)
    return record === undefined ? [] : [catalogueTable(ref, record)]
  })
}

const catalogueTable = (ref: TableRef, record: TableRecord): CatalogueTable => {
  const columns = record.columns ?? []
  return {
    ref,
    kind: record.kind,
    identity: record.identity,
    isPartition: record.isPartition,
    sendsGenerated: record.sendsGenerated,
    columns,
    keyColumns: record.keyColumns ?? [],
    published: record.found === true ? publishedColumns(columns, record) : null,
    rowFilter: record.rowFilter,
    selectable: record.selectable,
  }
}

/** Generated columns are sent only if stored and if the publication says so, which servers before 18 cannot do. */
const publishedColumns = (columns: readonly CatalogueColumn[], { published, sendsGenerated }: TableRecord): readonly string[] =>
  columns
    .filter(({ name, generated }) => (generated === '' ? (published?.includes(name) ?? true) : sendsGenerated && published?.includes(name)))
    .map(({ name }) => name)

const typesSql = `
  SELECT oid, CASE WHEN typtype = 'd' THEN 'd' WHEN typcategory = 'A' AND typelem <> 0 AND oid NOT IN (22, 30) THEN 'a' ELSE 't' END AS kind,
    CASE WHEN typtype = 'd' THEN typbasetype ELSE typelem END AS inner_oid,
    coalesce((SELECT e.typdelim FROM pg_type e WHERE e.oid = t.typelem), ',') AS delimiter,
    CASE WHEN oid >= ${firstUserOid} THEN typnamespace::regnamespace || '.' || typname END AS name
  FROM pg_type t WHERE typtype = 'd' OR typcategory = 'A' OR (oid >= ${firstUserOid} AND typtype <> 'c')`

export const readTypes = async (client: pg.Client): Promise<TypeShapes> => {
  const shapes = new Map<number, TypeShape>()
  for (const row of await rowsOf(client, typesSql)) {
    const shape = typeShape(row['kind'] ?? 't', Number(row['inner_oid']), row['delimiter'] ?? ',')
    shapes.set(Number(row['oid']), row['name'] == null ? shape : { ...shape, name: row['name'] })
  }
  return shapes
}

const typeShape = (kind: string, inner: number, delimiter: string): TypeShape => {
  if (kind === 'd') return { kind: 'domain', base: inner }
  return kind === 'a' ? { kind: 'array', element: inner, delimiter } : { kind: 'text' }
}
