import type { TableName } from '../../src/model/ids.ts'
import type { Charsets } from './charset.ts'
import type { CapturedTable, Relation } from './relation.ts'
import { relationOf } from './relation.ts'
import { readTableMap, readTableName } from './table-map.ts'

/** What the reader knows of captured tables before the log describes them. */
export interface TableSources {
  readonly mariadb: boolean
  readonly charsets: Charsets
  /** Null: not captured. */
  readonly captured: (schema: string, table: string) => CapturedTable | null
}

/** Tables as the log has described them last, by its own ids. */
export interface DescribedTables {
  readonly describe: (body: Buffer) => void
  readonly byId: (tableId: number) => Relation | null | undefined
  readonly named: (schema: string, table: string) => TableName | null
  /** Ids begin anew with a file that a restarted server writes. */
  readonly clear: () => void
}

interface Described {
  readonly bytes: Buffer
  readonly relation: Relation | null
}

/** A description comes with every statement: one that says the same as before is not read again. */
export const describedTables = (sources: TableSources): DescribedTables => {
  const tables = new Map<number, Described>()
  return {
    describe: (body) => {
      const { id, schema, table } = readTableName(body)
      const known = tables.get(id)
      if (known?.bytes.equals(body) === true) return
      const captured = sources.captured(schema, table)
      const relation = captured === null ? null : relationOf(readTableMap(body, sources.mariadb), captured, sources.charsets)
      tables.set(id, { bytes: Buffer.from(body), relation })
      if (tables.size > maxTables) forgetOldest(tables)
    },
    byId: (tableId) => tables.get(tableId)?.relation,
    named: (schema, table) => sources.captured(schema, table)?.name ?? null,
    clear: () => tables.clear(),
  }
}

const maxTables = 10_000

/** An id is not used again; tables that come and go must not fill the memory. */
const forgetOldest = (tables: Map<number, Described>): void => {
  const [oldest] = tables.keys()
  if (oldest !== undefined) tables.delete(oldest)
}
