import type { ChangeEvent, LegacyTransaction, SourceItem, TransactionHeader } from '../../src/model/change-event.ts'
import type { ResumeToken } from '../../src/model/ids.ts'
import { epochMs } from '../../src/model/ids.ts'
import type { Row } from '../../src/model/value.ts'
import { positionAt, tokenAt } from './binlog-place.ts'
import type { CatalogueTable } from './catalogue.ts'
import type { Settings } from './options.ts'
import { keyOf } from './relation.ts'
import type { SnapshotStart } from './snapshot-start.ts'
import { tableChunks } from './table-rows.ts'

export interface SnapshotOptions {
  readonly settings: Settings
  readonly tables: readonly CatalogueTable[]
  readonly epoch: string
  readonly start: SnapshotStart
}

/** Rows of one table. */
interface Chunk {
  readonly table: CatalogueTable
  readonly rows: readonly Row[]
}

/**
 * All rows of the captured tables as transactions of bounded size. They share one position, at the end of what had
 * committed, and number their changes on; the last one's token is the start of the stream. A progress follows, which also
 * says that a snapshot without any row is complete.
 */
export async function* snapshotItems(options: SnapshotOptions): AsyncGenerator<SourceItem> {
  const { settings, start, epoch } = options
  let ordinal = 0
  // One chunk is held back: only the last may carry the token that starts the stream.
  let held: Chunk | null = null
  for (const table of options.tables) {
    for await (const rows of tableChunks(start.connection, table, settings)) {
      if (held !== null) {
        yield chunkTransaction(options, held, ordinal, false)
        ordinal += held.rows.length
      }
      held = { table, rows }
    }
  }
  if (held !== null) yield chunkTransaction(options, held, ordinal, true)
  yield { kind: 'progress', token: snapshotToken(options, true), position: positionAt(epoch, start.place), at: start.at }
}

const snapshotToken = ({ epoch, start }: SnapshotOptions, complete: boolean): ResumeToken =>
  tokenAt({ kind: complete ? 'stream' : 'snapshot', epoch, end: start.place, from: start.place, gtids: start.gtids })

const chunkTransaction = (options: SnapshotOptions, { table, rows }: Chunk, firstOrdinal: number, last: boolean): LegacyTransaction => {
  const { settings, epoch, start } = options
  const header: TransactionHeader = {
    source: settings.name,
    position: positionAt(epoch, start.place),
    id: `snapshot ${firstOrdinal}`,
    beganAt: start.at,
    committedAt: start.at,
    capturedAt: epochMs(Date.now()),
    count: rows.length,
    snapshot: true,
  }
  let decoded: readonly ChangeEvent[] | null = null
  return {
    kind: 'transaction',
    header,
    token: snapshotToken(options, last),
    changes: () => {
      decoded ??= decodeRows({ table, rows }, header, firstOrdinal)
      return decoded
    },
  }
}

const decodeRows = ({ table, rows }: Chunk, transaction: TransactionHeader, firstOrdinal: number): readonly ChangeEvent[] => {
  const names = table.columns.map(({ name }) => name)
  const relation = { names, keyPlaces: table.keyColumns.map((name) => names.indexOf(name)) }
  return rows.map((after, index) => ({
    transaction,
    ordinal: firstOrdinal + index,
    op: 'read',
    table: table.ref.name,
    key: keyOf(relation, after),
    before: null,
    after,
    beforeKind: 'none',
    omitted: [],
  }))
}
