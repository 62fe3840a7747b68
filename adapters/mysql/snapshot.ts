import type { ChangeEvent, TransactionHeader } from '../../src/model/change-event.ts'
import type { SnapshotTable, SnapshotView, TableChunk } from '../log/snapshot-view.ts'
import { positionAt } from './binlog-place.ts'
import type { CatalogueTable } from './catalogue.ts'
import { keyTextOf, keyTextOfValue, orderedBy, shapesOf } from './key-text.ts'
import type { Settings } from './options.ts'
import { keyOf } from './relation.ts'
import type { SnapshotStart } from './snapshot-start.ts'
import type { RowChunk } from './table-rows.ts'
import { rowChunks, rowsAfterSql, rowsAtSql } from './table-rows.ts'

export interface ViewOptions {
  readonly settings: Settings
  readonly tables: readonly CatalogueTable[]
  readonly epoch: string
  readonly start: SnapshotStart
}

/** The captured tables at the end of what had committed. */
export const snapshotView = (options: ViewOptions): SnapshotView => ({
  source: options.settings.name,
  position: positionAt(options.epoch, options.start.place),
  at: options.start.at,
  tables: options.tables.map((table) => snapshotTable(options, table)),
})

const snapshotTable = ({ settings, start }: ViewOptions, table: CatalogueTable): SnapshotTable => {
  const [shape = { name: '', key: [] }] = shapesOf([table])
  const key = orderedBy(table).flatMap((name) => table.columns.filter((column) => column.name === name))
  const places = key.map((column) => table.columns.indexOf(column))
  async function* chunks(sql: string): AsyncGenerator<TableChunk> {
    for await (const chunk of rowChunks(start.connection, settings, table, sql)) {
      yield {
        rows: chunk.rows.length,
        lastKey: () => key.map((column, at) => keyTextOf(column, chunk.last[places[at] ?? -1] ?? null)),
        decode: (header, first) => readRows(table, chunk, header, first),
      }
    }
  }
  return {
    ...shape,
    name: table.ref.name,
    rowsAfter: (last) => chunks(rowsAfterSql(table, key, last)),
    rowsAt: (keys, last) => {
      const texts = keys.map((values) => key.map((column, at) => keyTextOfValue(column, values[at] ?? null)))
      return chunks(rowsAtSql(table, key, texts, last))
    },
  }
}

const nothingOmitted: readonly string[] = []

const readRows = (
  table: CatalogueTable,
  { rows }: RowChunk,
  transaction: TransactionHeader,
  firstOrdinal: number,
): readonly ChangeEvent[] => {
  const names = table.columns.map(({ name }) => name)
  const places = table.keyColumns.map((name) => names.indexOf(name))
  const relation = { names, keyPlaces: places.includes(-1) ? [] : places }
  return rows.map((after, index) => ({
    transaction,
    ordinal: firstOrdinal + index,
    op: 'read',
    table: table.ref.name,
    key: keyOf(relation, after),
    before: null,
    after,
    beforeKind: 'none',
    omitted: nothingOmitted,
  }))
}
