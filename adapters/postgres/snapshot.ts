import type pg from 'pg'
import type { ChangeEvent, LegacyTransaction, SourceItem, TransactionHeader } from '../../src/model/change-event.ts'
import type { EpochMs, Position } from '../../src/model/ids.ts'
import { epochMs } from '../../src/model/ids.ts'
import type { Catalogue, CatalogueTable } from './catalogue.ts'
import type { Connections } from './connect.ts'
import { rowsOf } from './connect.ts'
import { fieldsOf, lineEnd } from './copy-text.ts'
import { decodeLines } from './decode-lines.ts'
import { failure } from './failure.ts'
import { positionAt, tokenAt } from './lsn.ts'
import type { Settings } from './options.ts'
import type { NewSlot } from './slot.ts'
import type { SnapshotProgress } from './snapshot-progress.ts'
import { orderedBy } from './snapshot-progress.ts'
import type { CopyChunk } from './table-chunks.ts'
import { rowsAfterSql, tableChunks } from './table-chunks.ts'

export interface SnapshotOptions {
  readonly settings: Settings
  readonly catalogue: Catalogue
  readonly epoch: string
  readonly slot: NewSlot
  /** A connection that reads the slot's snapshot; see {@link adoptSnapshot}. */
  readonly client: pg.Client
  /** When the view was taken. */
  readonly at: EpochMs
}

/** Opens a connection that sees exactly the state at the slot's start, for as long as its transaction lasts. */
export const adoptSnapshot = async (
  connections: Connections,
  settings: Settings,
  slot: NewSlot,
): Promise<Pick<SnapshotOptions, 'client' | 'at'>> => {
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

/** Lines of one table, one chunk at a time. */
interface Chunk {
  readonly table: CatalogueTable
  readonly key: readonly string[]
  readonly lines: CopyChunk
}

/**
 * The rows of the captured tables that are still to be read, as transactions of bounded size. They share one position, just
 * before the stream's first commit, and number their changes on; each token says how far the snapshot has come, and the last
 * one's is the start of the stream. A progress follows, which also says that a snapshot without any row is complete.
 */
export async function* snapshotItems(options: SnapshotOptions, begun: SnapshotProgress): AsyncGenerator<SourceItem> {
  const { settings, client, epoch, slot, at } = options
  let progress = begun
  // One chunk is held back: only the last may carry the token that starts the stream, or say that its table is complete.
  let held: Chunk | null = null
  const streamToken = tokenAt({ kind: 'stream', epoch, end: slot.consistentPoint })
  const told = (chunk: Chunk, next: CatalogueTable | null): LegacyTransaction => {
    const first = progress.ordinal
    progress = progressAfter(progress, chunk, next !== chunk.table)
    const token = next === null ? streamToken : tokenAt({ kind: 'snapshot', epoch, end: slot.consistentPoint, progress })
    const decode = (header: TransactionHeader): readonly ChangeEvent[] =>
      decodeLines(chunk.lines, chunk.table, options.catalogue, { header, first })
    return stateTransaction(options, { count: chunk.lines.rows, first, token, decode })
  }
  for (const table of keyedFirst(options.catalogue.tables)) {
    const key = orderedBy(table)
    const done = progress.tables[table.ref.name]
    if (done?.last === null) continue
    for await (const lines of tableChunks(client, settings, rowsAfterSql(table, key, done?.last ?? null))) {
      if (held !== null) yield told(held, table)
      held = { table, key, lines }
    }
  }
  if (held !== null) yield told(held, null)
  yield { kind: 'progress', token: streamToken, position: snapshotPosition(options), at }
}

/** Tables without a key can only be read as a whole, so they come last: until then a snapshot can go on where it stopped. */
const keyedFirst = (tables: readonly CatalogueTable[]): readonly CatalogueTable[] => [
  ...tables.filter((table) => orderedBy(table).length > 0),
  ...tables.filter((table) => orderedBy(table).length === 0),
]

const progressAfter = ({ ordinal, tables }: SnapshotProgress, { table, key, lines }: Chunk, isLast: boolean): SnapshotProgress => {
  const { bytes } = lines
  const fields = fieldsOf(bytes.toString('utf8', bytes.lastIndexOf(lineEnd, -2) + 1, bytes.length - 1))
  const last = isLast ? null : key.map((name) => fields[(table.published ?? []).indexOf(name)] ?? '')
  return { ordinal: ordinal + lines.rows, tables: { ...tables, [table.ref.name]: { key, last } } }
}

/** Just before every commit of the stream: the first one may start exactly at the consistent point. */
export const snapshotPosition = ({ epoch, slot }: Pick<SnapshotOptions, 'epoch' | 'slot'>): Position =>
  positionAt(epoch, slot.consistentPoint - 1n)

export interface StateParts {
  readonly count: number
  /** Ordinal of its first change. */
  readonly first: number
  readonly token: LegacyTransaction['token']
  readonly decode: (header: TransactionHeader) => readonly ChangeEvent[]
}

/** Rows as they are at the snapshot's view. */
export const stateTransaction = (options: SnapshotOptions, { count, first, token, decode }: StateParts): LegacyTransaction => {
  const header: TransactionHeader = {
    source: options.settings.name,
    position: snapshotPosition(options),
    id: `snapshot ${first}`,
    beganAt: options.at,
    committedAt: options.at,
    capturedAt: epochMs(Date.now()),
    count,
    snapshot: true,
  }
  let decoded: readonly ChangeEvent[] | null = null
  return {
    kind: 'transaction',
    header,
    token,
    changes: () => {
      decoded ??= decode(header)
      return decoded
    },
  }
}
