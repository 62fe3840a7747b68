import type pg from 'pg'
import type { EpochMs } from '../../src/model/ids.ts'
import { epochMs } from '../../src/model/ids.ts'
import type { Value } from '../../src/model/value.ts'
import type { SnapshotTable, SnapshotView, TableChunk } from '../log/snapshot-view.ts'
import type { Catalogue, CatalogueTable } from './catalogue.ts'
import type { Connections } from './connect.ts'
import { rowsOf } from './connect.ts'
import { fieldsOf, lineEnd } from './copy-text.ts'
import { decodeLines } from './decode-lines.ts'
import { eachLineText } from './line-text.ts'
import { failure } from './failure.ts'
import { positionAt } from './lsn.ts'
import type { Settings } from './options.ts'
import type { NewSlot } from './slot.ts'
import type { CopyChunk } from './table-chunks.ts'
import { rowsAfterSql, rowsAtSql, tableChunks } from './table-chunks.ts'
import { orderedBy } from './table-order.ts'
import { catalogueShape } from './table-shape.ts'

/** A connection that sees one state of all tables. */
export interface AdoptedSnapshot {
  readonly client: pg.Client
  /** When the view was taken. */
  readonly at: EpochMs
}

/** Opens a connection that sees exactly the state at the slot's start, for as long as its transaction lasts. */
export const adoptSnapshot = async (connections: Connections, settings: Settings, slot: NewSlot): Promise<AdoptedSnapshot> => {
  const client = await connections.open('query')
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    await client.query(`SET TRANSACTION SNAPSHOT '${slot.snapshotName}'`)
    // Rows come in the order of their key: from its index, never by a sort, which would fill the legacy's disk.
    await client.query('SET LOCAL enable_sort = off')
    const [now] = await rowsOf(client, 'SELECT extract(epoch FROM now()) * 1000 AS at')
    return { client, at: epochMs(Number(now?.['at'])) }
  } catch (error) {
    throw failure(error, settings)
  }
}

export interface ViewOptions extends AdoptedSnapshot {
  readonly settings: Settings
  readonly catalogue: Catalogue
  readonly epoch: string
  readonly slot: NewSlot
}

/** The captured tables at the slot's start: the first commit of the stream may start exactly there. */
export const snapshotView = (options: ViewOptions): SnapshotView => ({
  source: options.settings.name,
  position: positionAt(options.epoch, options.slot.consistentPoint - 1n),
  at: options.at,
  tables: options.catalogue.tables.map((table) => snapshotTable(options, table)),
  described: options.catalogue.tables.map((table) => ({ shape: catalogueShape(table, options.catalogue.types) })),
})

const snapshotTable = ({ client, settings, catalogue }: ViewOptions, table: CatalogueTable): SnapshotTable => {
  const key = orderedBy(table)
  async function* chunks(sql: string): AsyncGenerator<TableChunk> {
    for await (const lines of tableChunks(client, settings, sql)) {
      yield {
        rows: lines.rows,
        lastKey: () => lastKey(lines, table, key),
        decode: (header, first) => decodeLines(lines, table, catalogue, { header, first }),
        eachText: (row) => eachLineText(lines, table, catalogue, row),
      }
    }
  }
  return {
    name: table.ref.name,
    key,
    rowsAfter: (last) => chunks(rowsAfterSql(table, key, last)),
    rowsAt: (keys, last) =>
      chunks(
        rowsAtSql(
          table,
          key,
          keys.map((values) => values.map(literalText)),
          last,
        ),
      ),
  }
}

const lastKey = ({ bytes }: CopyChunk, { published }: CatalogueTable, key: readonly string[]): readonly string[] => {
  const fields = fieldsOf(bytes.toString('utf8', bytes.lastIndexOf(lineEnd, -2) + 1, bytes.length - 1))
  return key.map((name) => fields[(published ?? []).indexOf(name)] ?? '')
}

/** A key's value as the server reads it, whatever its column's type. */
const literalText = (value: Value): string => (value instanceof Uint8Array ? `\\x${Buffer.from(value).toString('hex')}` : String(value))
