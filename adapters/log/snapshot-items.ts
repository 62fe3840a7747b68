import type { LegacyTransaction, SourceItem } from '../../src/model/change-event.ts'
import type { ResumeToken } from '../../src/model/ids.ts'
import type { SnapshotProgress } from './snapshot-progress.ts'
import type { SnapshotTable, SnapshotView, TableChunk } from './snapshot-view.ts'
import { stateTransaction } from './snapshot-view.ts'

export interface SnapshotItemsOptions {
  readonly view: SnapshotView
  /** How far it had come before. */
  readonly begun: SnapshotProgress
  /** Null: it is complete, and the stream starts. */
  readonly token: (progress: SnapshotProgress | null) => ResumeToken
}

interface Chunk extends TableChunk {
  readonly table: SnapshotTable
}

/**
 * The rows of the captured tables that are still to be read, as transactions of bounded size. They share one position and
 * number their changes on; each token says how far the snapshot has come, and the last one's is the start of the stream. A
 * progress follows, which also says that a snapshot without any row is complete.
 */
export async function* snapshotItems({ view, begun, token }: SnapshotItemsOptions): AsyncGenerator<SourceItem> {
  let progress = begun
  // One chunk is held back: only the last may carry the token that starts the stream, or say that its table is complete.
  let held: Chunk | null = null
  const told = (chunk: Chunk, next: SnapshotTable | null): LegacyTransaction => {
    const first = progress.ordinal
    progress = progressAfter(progress, chunk, next !== chunk.table)
    const { rows: count, decode, eachText, table } = chunk
    const text = eachText === undefined ? {} : { text: { table: table.name, each: eachText } }
    return stateTransaction(view, { count, first, token: token(next === null ? null : progress), decode, ...text })
  }
  for (const table of keyedFirst(view.tables)) {
    const done = progress.tables[table.name]
    if (done?.last === null) continue
    for await (const chunk of table.rowsAfter(done?.last ?? null)) {
      if (held !== null) yield told(held, table)
      held = { ...chunk, table }
    }
  }
  if (held !== null) yield told(held, null)
  yield { kind: 'progress', token: token(null), position: view.position, at: view.at }
}

/** Tables without a key can only be read as a whole, so they come last: until then a snapshot can go on where it stopped. */
const keyedFirst = (tables: readonly SnapshotTable[]): readonly SnapshotTable[] => [
  ...tables.filter(({ key }) => key.length > 0),
  ...tables.filter(({ key }) => key.length === 0),
]

const progressAfter = ({ ordinal, tables }: SnapshotProgress, chunk: Chunk, isLast: boolean): SnapshotProgress => {
  const { name, key, made } = chunk.table
  const reached = { key, last: isLast ? null : chunk.lastKey(), ...(made === undefined ? {} : { made }) }
  return { ordinal: ordinal + chunk.rows, tables: { ...tables, [name]: reached } }
}
