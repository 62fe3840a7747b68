import type { Position, SourceName } from '../model/ids.ts'
import type { CaptureCursor } from '../ports/capture-store.ts'

/** How soon a commit of another process is seen. Commits of this process are told at once, and looked for seldom. */
const foreignPollMs = 20
const ownPollMs = 250

interface Waiter {
  readonly source: SourceName
  readonly look: (cursor: CaptureCursor | null) => boolean
  readonly giveUp: () => void
}

export interface CaptureWatch {
  readonly committed: (source: SourceName, cursor: CaptureCursor) => void
  /** Another process may capture from now on. */
  readonly forget: (source: SourceName) => void
  readonly captured: (source: SourceName, after: Position | null, signal: AbortSignal) => Promise<CaptureCursor | null>
  readonly close: () => void
}

/** Wakes those who wait for capture to move. One timer for all who wait, and none when nobody does. */
export const watchCapture = (read: (source: SourceName) => Promise<CaptureCursor | null>): CaptureWatch => {
  const waiters = new Set<Waiter>()
  /** The last known commit of each source that this process captures; once its capture is lost another process may go on. */
  const own = new Map<SourceName, CaptureCursor>()
  let timer: NodeJS.Timeout | null = null

  const tell = (source: SourceName, cursor: CaptureCursor | null): void => {
    for (const waiter of [...waiters]) if (waiter.source === source && waiter.look(cursor)) waiters.delete(waiter)
  }
  const schedule = (): void => {
    if (timer !== null || waiters.size === 0) return
    const foreign = [...waiters].some((waiter) => !own.has(waiter.source))
    timer = setTimeout(() => void poll(), foreign ? foreignPollMs : ownPollMs)
  }
  const poll = async (): Promise<void> => {
    for (const source of new Set([...waiters].map((waiter) => waiter.source))) {
      // What breaks here breaks for the waiter's next read too, which tells of it.
      const cursor = await read(source).catch(() => undefined)
      if (cursor === undefined) continue
      const known = own.get(source)
      // Whoever was told of a commit must never be told of an earlier one.
      if (known !== undefined && cursor !== null && cursor.position > known.position) own.set(source, cursor)
      tell(source, cursor)
    }
    timer = null
    schedule()
  }
  return {
    committed: (source, cursor) => {
      own.set(source, cursor)
      tell(source, cursor)
    },
    forget: (source) => void own.delete(source),
    captured: async (source, after, signal) => {
      const moved = (cursor: CaptureCursor | null): cursor is CaptureCursor =>
        cursor !== null && (cursor.phase === 'ended' || cursor.position !== after)
      const known = own.get(source)
      if (known !== undefined && moved(known)) return known
      const { promise, resolve } = Promise.withResolvers<CaptureCursor | null>()
      let latest: CaptureCursor | null = null
      const giveUp = (): void => resolve(latest)
      const waiter: Waiter = {
        source,
        giveUp,
        look: (cursor) => {
          latest = cursor
          if (!moved(cursor)) return false
          resolve(cursor)
          return true
        },
      }
      // Waits first and looks then: a commit between the two is not missed.
      waiters.add(waiter)
      signal.addEventListener('abort', giveUp, { once: true })
      try {
        const now = known ?? (await read(source))
        latest ??= now
        if (moved(now)) return now
        if (signal.aborted) return now
        schedule()
        return await promise
      } finally {
        waiters.delete(waiter)
        signal.removeEventListener('abort', giveUp)
      }
    },
    close: () => {
      if (timer !== null) clearTimeout(timer)
      for (const waiter of waiters) waiter.giveUp()
      waiters.clear()
    },
  }
}
