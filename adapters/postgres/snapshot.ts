import type pg from 'pg'
import { escapeIdentifier } from 'pg'
import type { ChangeEvent, LegacyTransaction, SourceItem, TransactionHeader } from '../../src/model/change-event.ts'
import type { Position, ResumeToken } from '../../src/model/ids.ts'
import { epochMs } from '../../src/model/ids.ts'
import type { Value } from '../../src/model/value.ts'
import type { Catalogue, CatalogueTable } from './catalogue.ts'
import { codecOf } from './codec.ts'
import type { Connections } from './connect.ts'
import { rowsOf } from './connect.ts'
import type { Copy } from './copy.ts'
import { startCopy } from './copy.ts'
import { fieldsOf } from './copy-text.ts'
import { keyOf } from './decode-change.ts'
import { failure } from './failure.ts'
import { itemQueue } from '../log/item-queue.ts'
import { positionAt, tokenAt } from './lsn.ts'
import type { Settings } from './options.ts'
import type { Relation } from './relation.ts'
import type { NewSlot } from './slot.ts'

export interface SnapshotOptions {
  readonly settings: Settings
  readonly connections: Connections
  readonly catalogue: Catalogue
  readonly epoch: string
  readonly slot: NewSlot
  /** A connection that reads the slot's snapshot; see {@link adoptSnapshot}. */
  readonly client: pg.Client
}

/** Opens a connection that sees exactly the state at the slot's start, for as long as its transaction lasts. */
export const adoptSnapshot = async (connections: Connections, settings: Settings, slot: NewSlot): Promise<pg.Client> => {
  const client = await connections.open('query')
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    await client.query(`SET TRANSACTION SNAPSHOT '${slot.snapshotName}'`)
    return client
  } catch (error) {
    throw failure(error, settings)
  }
}

/** Lines of one table, one chunk at a time. */
interface Chunk {
  readonly table: CatalogueTable
  readonly lines: readonly Buffer[]
}

/**
 * All rows of the captured tables as transactions of bounded size. They share one position, just before the stream's first
 * commit, and number their changes on; the last one's token is the start of the stream. A progress follows, which also says
 * that a snapshot without any row is complete.
 */
export async function* snapshotItems(options: SnapshotOptions): AsyncGenerator<SourceItem> {
  const [now] = await rowsOf(options.client, 'SELECT extract(epoch FROM now()) * 1000 AS at')
  const at = epochMs(Number(now?.['at']))
  let ordinal = 0
  // One chunk is held back: only the last may carry the token that starts the stream.
  let held: Chunk | null = null
  for (const table of options.catalogue.tables) {
    for await (const lines of tableChunks(options, table)) {
      if (held !== null) {
        yield chunkTransaction(options, held, ordinal, at, false)
        ordinal += held.lines.length
      }
      held = { table, lines }
    }
  }
  if (held !== null) yield chunkTransaction(options, held, ordinal, at, true)
  yield { kind: 'progress', token: snapshotToken(options, true), position: snapshotPosition(options), at }
}

/** Just before every commit of the stream: the first one may start exactly at the consistent point. */
const snapshotPosition = ({ epoch, slot }: SnapshotOptions): Position => positionAt(epoch, slot.consistentPoint - 1n)

const snapshotToken = ({ epoch, slot }: SnapshotOptions, complete: boolean): ResumeToken =>
  tokenAt({ kind: complete ? 'stream' : 'snapshot', epoch, end: slot.consistentPoint })

async function* tableChunks(options: SnapshotOptions, table: CatalogueTable): AsyncGenerator<readonly Buffer[]> {
  const { settings, client } = options
  let copy: Copy | null = null
  let paused = false
  const flow = (stop: boolean): void => {
    paused = stop
    if (stop) copy?.pause()
    else copy?.resume()
  }
  const highWaterBytes = 2 * settings.snapshotChunkBytes
  const queue = itemQueue<readonly Buffer[]>({ highWaterBytes, pause: () => flow(true), resume: () => flow(false) })
  let lines: Buffer[] = []
  let sizeBytes = 0
  const flush = (): void => {
    if (lines.length > 0) queue.push(lines, sizeBytes)
    lines = []
    sizeBytes = 0
  }
  const onMessage = (bytes: Buffer): void => {
    lines.push(Buffer.from(bytes))
    sizeBytes += bytes.length
    if (sizeBytes >= settings.snapshotChunkBytes) flush()
  }
  copy = await startCopy(client, { sql: copySql(table), onMessage }).catch((error: unknown) => {
    throw failure(error, settings)
  })
  if (paused) copy.pause()
  copy.finished.then(
    () => {
      flush()
      queue.end()
    },
    (error: unknown) => queue.fail(failure(error, settings)),
  )
  for (let chunk = await queue.take(); chunk !== null; chunk = await queue.take()) yield chunk
}

/** Columns and rows as the publication sends them: a snapshot row and a streamed row of one table look alike. */
const copySql = (table: CatalogueTable): string => {
  const columns = (table.published ?? []).map((name) => escapeIdentifier(name)).join(', ')
  const from = `${table.kind === 'p' ? '' : 'ONLY '}${escapeIdentifier(table.ref.schema)}.${escapeIdentifier(table.ref.table)}`
  return `COPY (SELECT ${columns} FROM ${from}${table.rowFilter === null ? '' : ` WHERE ${table.rowFilter}`}) TO STDOUT`
}

const chunkTransaction = (
  options: SnapshotOptions,
  { table, lines }: Chunk,
  firstOrdinal: number,
  at: TransactionHeader['committedAt'],
  last: boolean,
): LegacyTransaction => {
  const { settings } = options
  const header: TransactionHeader = {
    source: settings.name,
    position: snapshotPosition(options),
    id: `snapshot ${firstOrdinal}`,
    beganAt: at,
    committedAt: at,
    capturedAt: epochMs(Date.now()),
    count: lines.length,
    snapshot: true,
  }
  let decoded: readonly ChangeEvent[] | null = null
  return {
    kind: 'transaction',
    header,
    token: snapshotToken(options, last),
    changes: () => {
      decoded ??= decodeLines(lines, snapshotRelation(table, options.catalogue), header, firstOrdinal)
      return decoded
    },
  }
}

type SnapshotRelation = Pick<Relation, 'table' | 'names' | 'codecs' | 'keyPlaces'>

const snapshotRelation = (table: CatalogueTable, catalogue: Catalogue): SnapshotRelation => {
  const names = table.published ?? []
  const types = new Map(table.columns.map((column) => [column.name, column.typeOid]))
  const places = table.keyColumns.map((name) => names.indexOf(name))
  return {
    table: table.ref.name,
    names,
    codecs: names.map((name) => codecOf(types.get(name) ?? 0, catalogue.types)),
    keyPlaces: places.includes(-1) ? [] : places,
  }
}

const decodeLines = (
  lines: readonly Buffer[],
  relation: SnapshotRelation,
  transaction: TransactionHeader,
  firstOrdinal: number,
): readonly ChangeEvent[] =>
  lines.map((line, index) => {
    const fields = fieldsOf(line)
    const after: Record<string, Value> = {}
    relation.names.forEach((name, place) => {
      const text = fields[place] ?? null
      after[name] = text === null ? null : (relation.codecs[place]?.(text) ?? null)
    })
    const key = keyOf(relation, after)
    return {
      transaction,
      ordinal: firstOrdinal + index,
      op: 'read',
      table: relation.table,
      key,
      before: null,
      after,
      beforeKind: 'none',
      omitted: [],
    }
  })
