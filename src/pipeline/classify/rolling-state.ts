import { oldestCopyMs } from '../../classify/experiments/older-reads.ts'
import type { Context } from '../../model/context.ts'
import type { Position, SourceName, TableName } from '../../model/ids.ts'
import type { LiveDecision } from '../../model/decision.ts'
import { comparePoints, endOfLog } from '../../model/log-point.ts'
import type { LogPoint } from '../../model/read.ts'
import type { CaptureCursor } from '../../ports/capture-store.ts'
import type { ChangeLog } from '../../ports/change-log.ts'
import type { ReadyDecision } from '../../ports/classify-store.ts'
import type { VersionState } from '../../shadow/version-state.ts'
import { createVersionState } from '../../shadow/version-state.ts'
import { createHorizon } from '../feeds.ts'
import { changesBetween } from '../follow.ts'
import { stateSpanMs } from './kept-history.ts'

/** The versions around the decisions under way, rolled forward in one pass over the log. */
export interface RollingState {
  readonly state: VersionState
  /** Brings in every version that the decisions can see. */
  readonly advance: (decisions: readonly ReadyDecision[], captured: CaptureCursor | null) => Promise<void>
  /** Lets go of what is too old for any decision that is still to come. */
  readonly forget: (decisions: readonly ReadyDecision[]) => void
  /** As-of points before this one can't be resolved any more. */
  readonly keptFrom: () => LogPoint | null
}

/** As far as a decision looks: its as-of point, its own later transactions, and what its live reads saw. */
export const reachOf = ({ live, legacy }: ReadyDecision): Position =>
  [
    legacy.asOf?.position,
    legacy.transactions.at(-1)?.position,
    ...live.reads.map((read) => read.frontier),
    live.trigger.position,
  ].reduce<Position>((max, at) => (at !== null && at !== undefined && at > max ? at : max), '' as Position)

/** Applies the changes of some tables in log order, up to wherever it is told to. */
const createReader = (input: {
  readonly log: ChangeLog
  readonly source: SourceName
  readonly state: VersionState
  readonly tables: readonly TableName[]
}): ((upTo: Position) => Promise<void>) => {
  let at: Position | null = null
  return async (upTo) => {
    if (input.tables.length === 0 || (at !== null && upTo <= at)) return
    for await (const changes of changesBetween({ ...input, after: at, upTo })) for (const change of changes) input.state.apply(change)
    at = upTo
  }
}

/** How far the slowest of the streamed feeds had come, by what decisions so far have read. */
const createSlowestFeed = (): ((live: LiveDecision) => Position) => {
  const frontiers = new Map<string, Position>()
  return ({ reads }) => {
    for (const { projection, frontier } of reads) {
      if (frontier !== null && frontier > (frontiers.get(projection) ?? '')) frontiers.set(projection, frontier)
    }
    return [...frontiers.values()].reduce(minimum, endOfLog.position)
  }
}

const minimum = (a: Position, b: Position): Position => (a < b ? a : b)

/** Null: nothing is let go of. */
const earlier = (a: LogPoint, b: LogPoint | null): LogPoint | null => (b === null || comparePoints(b, a) < 0 ? b : a)

export const createRollingState = (input: {
  readonly context: Context
  readonly log: ChangeLog
  readonly source: SourceName
}): RollingState => {
  const { context, log, source } = input
  const state = createVersionState(context.reads, context)
  const all = new Set(Object.values(context.reads).map((projection) => projection.from))
  // A store that others fill may be ahead of what the stream had brought when the candidate read it.
  const external = new Set(
    Object.values(context.reads)
      .filter((projection) => projection.feed.kind === 'external')
      .map((projection) => projection.from),
  )
  // Where clocks ordered the log, what stands after a commit may have come before it.
  const isAheadToo = (context.clockErrorMs ?? 0) > 0
  const streamed = createReader({ log, source, state, tables: [...all].filter((table) => !external.has(table)) })
  const ahead = createReader({ log, source, state, tables: [...external] })
  const horizon = createHorizon(stateSpanMs(context) + context.settlesWithinMs)
  const copyHorizon = createHorizon(oldestCopyMs + context.settlesWithinMs)
  const slowest = createSlowestFeed()
  let copyKeptFrom: LogPoint | null = null
  let keptFrom: LogPoint | null = null
  return {
    state,
    advance: async (decisions, captured) => {
      // The parts of a snapshot share one position: it is read when it is whole.
      const whole = captured === null || captured.phase === 'snapshot' ? null : captured.position
      const reach = decisions.map(reachOf).sort().at(-1) ?? ('' as Position)
      await streamed(isAheadToo && whole !== null && whole > reach ? whole : reach)
      if (whole !== null) await ahead(whole)
    },
    forget: (decisions) => {
      for (const { live, legacy } of decisions) {
        if (legacy.asOf === null || legacy.answeredAt === null) continue
        // What a feed that lags has not brought yet is still to be missed.
        const position = horizon.note(minimum(legacy.asOf.position, slowest(live)), legacy.answeredAt)
        if (position !== null && (keptFrom === null || position > keptFrom.position)) keptFrom = { position, ordinal: 0 }
        const copy = copyHorizon.note(legacy.asOf.position, legacy.answeredAt)
        if (copy !== null && (copyKeptFrom === null || copy > copyKeptFrom.position)) copyKeptFrom = { position: copy, ordinal: 0 }
      }
      // External feeds are matched by value, however old: their tables are kept whole.
      if (keptFrom !== null) state.prune({ stream: keptFrom, external: null, reference: earlier(keptFrom, copyKeptFrom) })
    },
    keptFrom: () => keptFrom,
  }
}
