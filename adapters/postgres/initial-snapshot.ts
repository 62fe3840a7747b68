import type pg from 'pg'
import type { SourceItem } from '../../src/model/change-event.ts'
import type { ResumeToken } from '../../src/model/ids.ts'
import type { ReadOptions } from '../../src/ports/change-source.ts'
import { gapItems } from '../log/snapshot-gap.ts'
import { snapshotItems } from '../log/snapshot-items.ts'
import type { SnapshotProgress } from '../log/snapshot-progress.ts'
import { canGoOn, noProgress } from '../log/snapshot-progress.ts'
import type { Catalogue, CatalogueTable } from './catalogue.ts'
import type { Connections } from './connect.ts'
import { parseToken, tokenAt } from './lsn.ts'
import type { Settings } from './options.ts'
import type { NewSlot, SlotState } from './slot.ts'
import { createSlot, whenSlotIsFree } from './slot.ts'
import { adoptSnapshot, snapshotView } from './snapshot.ts'
import { shapesOf } from './table-order.ts'

export interface InitialSnapshotOptions {
  readonly settings: Settings
  readonly connect: Connections
  readonly signal: AbortSignal
  readonly replication: pg.Client
  readonly epoch: string
  readonly catalogue: Catalogue
  readonly slot: SlotState | null
  readonly from: ResumeToken | null
  /** The columns that must be read. */
  readonly columns: ReadOptions['columns']
  /** What has committed between two ends of the log. */
  readonly log: (from: bigint, to: bigint) => AsyncIterable<SourceItem>
}

/**
 * Returns the LSN at which the stream starts. A slot that exists stays: the snapshot is then taken at a temporary one's start.
 * From a token of a snapshot that can go on it does so, under a new view, and what was read before is put right.
 */
export async function* initialSnapshot(options: InitialSnapshotOptions): AsyncGenerator<SourceItem, bigint> {
  const { settings, connect, signal, epoch } = options
  const catalogue = { ...options.catalogue, tables: options.catalogue.tables.map((table) => narrowed(table, options.columns)) }
  const earlier = resumed(options)
  const temporary = options.slot !== null
  const slot: NewSlot = await whenSlotIsFree(settings, signal, () =>
    createSlot(options.replication, temporary ? `${settings.slot}_${process.pid}` : settings.slot, temporary),
  )
  const end = slot.consistentPoint
  const adopted = await adoptSnapshot(connect, settings, slot)
  const view = snapshotView({ ...adopted, settings, catalogue, epoch, slot })
  const begun =
    earlier === null
      ? noProgress
      : yield* gapItems({ view, begun: earlier.begun, token: () => earlier.token, since: options.log(earlier.end, end) })
  const token = (progress: SnapshotProgress | null): ResumeToken =>
    tokenAt(progress === null ? { kind: 'stream', epoch, end } : { kind: 'snapshot', epoch, end, progress })
  if (!signal.aborted) yield* snapshotItems({ view, begun, token })
  connect.close(adopted.client)
  return end
}

interface Earlier {
  readonly token: ResumeToken
  readonly begun: SnapshotProgress
  readonly end: bigint
}

const resumed = ({ from, slot, catalogue }: InitialSnapshotOptions): Earlier | null => {
  if (from === null) return null
  const { end, progress } = parseToken(from)
  return progress !== undefined && keepsLog(slot, end) && canGoOn(progress, shapesOf(catalogue.tables))
    ? { token: from, begun: progress, end }
    : null
}

/** The slot still has all that has committed since. */
export const keepsLog = (slot: SlotState | null, end: bigint): boolean =>
  slot !== null &&
  slot.plugin === 'pgoutput' &&
  slot.walStatus !== 'lost' &&
  slot.invalidated === null &&
  slot.confirmedFlush !== null &&
  slot.confirmedFlush <= end

/** The table with only those columns that are looked at: the server need not send others. */
export const narrowed = (table: CatalogueTable, columns: ReadOptions['columns']): CatalogueTable => {
  const needed = columns?.(table.ref.name) ?? null
  return needed === null ? table : { ...table, published: table.published?.filter((name) => needed.has(name)) ?? null }
}
