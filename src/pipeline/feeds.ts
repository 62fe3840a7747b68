import type { Context } from '../model/context.ts'
import type { EpochMs, Position, SourceName } from '../model/ids.ts'
import { afterTransaction } from '../model/log-point.ts'
import type { LogPoint } from '../model/read.ts'
import type { Store } from '../ports/store.ts'
import type { VersionState } from '../shadow/version-state.ts'
import { changesBetween, followCapture } from './follow.ts'

/** The streamed projections of one context, each applied by its own loop up to its own durable frontier. */
export interface Feeds {
  /** Up to where a projection has been applied; the reads of the candidate see no further. */
  readonly frontier: (projection: string) => Position
  /** Resolves when each feed has a frontier, or was stopped. */
  readonly ready: Promise<void>
  /** Resolves when the source has ended and every feed has been applied to its end. */
  readonly done: Promise<void>
}

const nothing = '' as Position

export const startFeeds = (input: {
  readonly context: Context
  readonly state: VersionState
  readonly store: Store
  readonly source: SourceName
  readonly signal: AbortSignal
  /** Decisions after this point are still to be made: versions that they may see must be there. Null: from the beginning. */
  readonly from: LogPoint | null
}): Feeds => {
  const frontiers = new Map<string, Position>()
  const names = Object.keys(input.context.reads).filter((name) => input.context.reads[name]?.feed.kind === 'stream')
  const loops = names.map((name) => {
    const ready = Promise.withResolvers<void>()
    const done = applyFeed(input, name, (at) => {
      frontiers.set(name, at)
      ready.resolve()
    })
    // One that was stopped before it had a frontier must not be waited for.
    done.then(ready.resolve, ready.reject)
    return { ready: ready.promise, done }
  })
  const done = Promise.all(loops.map((loop) => loop.done)).then(() => undefined)
  done.catch(() => undefined)
  const ready = Promise.all(loops.map((loop) => loop.ready)).then(() => undefined)
  ready.catch(() => undefined)
  return { frontier: (name) => frontiers.get(name) ?? nothing, ready, done }
}

const applyFeed = async (input: Parameters<typeof startFeeds>[0], name: string, moved: (frontier: Position) => void): Promise<void> => {
  const { context, state, store, source, signal } = input
  const projection = context.reads[name]
  if (projection === undefined) return
  const stage = `feed ${context.name} ${name}`
  const apply = async (after: Position | null, upTo: Position): Promise<void> => {
    for await (const changes of changesBetween({ log: store, source, tables: [projection.from], after, upTo })) {
      for (const change of changes) state.apply(change)
    }
  }
  let at: LogPoint | null = await store.stageCursor(stage)
  if (at !== null) {
    const base = input.from === null ? null : ([input.from.position, at.position].sort()[0] ?? at.position)
    if (base !== null) for await (const rows of store.stateAt(source, projection.from, base)) for (const change of rows) state.apply(change)
    await apply(base, at.position)
    moved(at.position)
  }
  await followCapture({
    log: store,
    source,
    signal,
    step: async (cursor) => {
      await apply(at?.position ?? null, cursor.position)
      const next = afterTransaction(cursor.position)
      if (at?.position === next.position) return
      await store.commitStage(stage, at, next)
      at = next
      moved(next.position)
    },
  })
}

/** How far back the source's time goes at a position, so that what is older than a span can be forgotten. */
export const createHorizon = (spanMs: number): { readonly note: (position: Position, at: EpochMs) => Position | null } => {
  const marks: { readonly position: Position; readonly at: EpochMs }[] = []
  let head = 0
  return {
    note: (position, at) => {
      marks.push({ position, at })
      const oldest = at - spanMs
      while ((marks[head + 1]?.at ?? Number.POSITIVE_INFINITY) < oldest) head += 1
      // What is passed is let go of now and then, not each time.
      if (head > 10_000) head -= marks.splice(0, head).length
      const mark = marks[head]
      return mark !== undefined && mark.at < oldest ? mark.position : null
    },
  }
}
