import type { SourceItem } from '../../src/model/change-event.ts'
import type { ResumeToken } from '../../src/model/ids.ts'
import type { ReadOptions } from '../../src/ports/change-source.ts'
import { gapItems } from '../log/snapshot-gap.ts'
import { snapshotItems } from '../log/snapshot-items.ts'
import type { SnapshotProgress } from '../log/snapshot-progress.ts'
import { noProgress } from '../log/snapshot-progress.ts'
import type { Covered } from './assemble.ts'
import type { BinlogPlace } from './binlog-place.ts'
import { comparePlaces, tokenAt } from './binlog-place.ts'
import type { CatalogueTable } from './catalogue.ts'
import type { Connections } from './connect.ts'
import type { Settings } from './options.ts'
import type { EarlierSnapshot, Session } from './session.ts'
import { snapshotView } from './snapshot.ts'
import { startSnapshot } from './snapshot-start.ts'

export interface InitialSnapshotOptions {
  readonly settings: Settings
  readonly connect: Connections
  readonly session: Session
  readonly signal: AbortSignal
  /** The columns that must be read. */
  readonly columns: ReadOptions['columns']
  /** What has committed between two places of the log. */
  readonly log: (from: Covered, to: BinlogPlace) => AsyncIterable<SourceItem>
}

/**
 * Returns the place at which the stream starts. A snapshot that can go on does so, under a new view, and what was read before
 * is put right.
 */
export async function* initialSnapshot(options: InitialSnapshotOptions): AsyncGenerator<SourceItem, Covered> {
  const { settings, connect, session, signal, columns } = options
  const { epoch } = session.server
  const start = await startSnapshot(connect, settings, session.server)
  const view = snapshotView({ settings, tables: session.tables.map((table) => narrowed(table, columns)), epoch, start })
  const { earlier } = session
  const begun = earlier === null ? noProgress : yield* gapItems({ view, begun: earlier.progress, ...gapOf(options, earlier, start.place) })
  const covered: Covered = { end: start.place, from: start.place, gtids: start.gtids }
  const token = (progress: SnapshotProgress | null): ResumeToken =>
    tokenAt(progress === null ? { kind: 'stream', epoch, ...covered } : { kind: 'snapshot', epoch, ...covered, progress })
  if (!signal.aborted) yield* snapshotItems({ view, begun, token })
  connect.close(start.connection)
  return covered
}

/** Ordinals go on also while rows are put right: where nothing was written meanwhile, the next view has the same position. */
const gapOf = (
  { session, log }: InitialSnapshotOptions,
  { progress, ...covered }: EarlierSnapshot,
  until: BinlogPlace,
): { readonly token: (ordinal: number) => ResumeToken; readonly since: AsyncIterable<SourceItem> } => ({
  token: (ordinal) => tokenAt({ kind: 'snapshot', epoch: session.server.epoch, ...covered, progress: { ...progress, ordinal } }),
  since: comparePlaces(covered.end, until) < 0 ? log(covered, until) : nothing(),
})

async function* nothing(): AsyncGenerator<SourceItem> {}

/** The table with only those columns that are looked at: the server need not send others. */
export const narrowed = (table: CatalogueTable, columns: ReadOptions['columns']): CatalogueTable => {
  const needed = columns?.(table.ref.name) ?? null
  return needed === null ? table : { ...table, columns: table.columns.filter(({ name }) => needed.has(name)) }
}
