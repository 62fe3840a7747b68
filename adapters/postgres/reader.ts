import { BanyanError } from '../../src/model/errors.ts'
import type { SourceItem } from '../../src/model/change-event.ts'
import type { ReadOptions } from '../../src/ports/change-source.ts'
import { connections } from './connect.ts'
import type { PostgresToken } from './lsn.ts'
import type { Settings } from './options.ts'
import type { ReadingState } from './reading.ts'
import { reading } from './reading.ts'
import { advanceSlot } from './slot.ts'
import { spools } from './spools.ts'
import { acknowledged } from './status.ts'

export interface Reader {
  readonly read: (options: ReadOptions) => AsyncIterable<SourceItem>
  readonly acknowledge: (token: PostgresToken) => void
  readonly dispose: () => Promise<void>
}

/** Reads a source, once at a time. */
export const reader = (settings: Settings): Reader => {
  const state: ReadingState = { settings, acknowledged: acknowledged(), spools: spools() }
  let stopCurrent: (() => void) | null = null
  async function* read(options: ReadOptions): AsyncGenerator<SourceItem> {
    if (stopCurrent !== null) {
      throw new BanyanError('usage', 'this source is being read already', {
        hint: 'end the first read before the next',
        where: settings.name,
      })
    }
    const stop = new AbortController()
    stopCurrent = () => stop.abort()
    try {
      yield* reading(state, { ...options, signal: AbortSignal.any([options.signal, stop.signal]) })
    } finally {
      stopCurrent = null
    }
  }
  return {
    read,
    acknowledge: (token) => {
      // A token inside the snapshot covers nothing of the log.
      if (token.kind === 'snapshot') return
      state.acknowledged.advance(token.end)
      state.spools.release(token.end)
    },
    dispose: async () => {
      // Not awaited: a consumer that has left its loop without ending it would never come back.
      stopCurrent?.()
      state.spools.release(null)
      await tellLate(state)
    },
  }
}

/** Best effort: the server would only keep its log for longer, and the next start says it again. */
const tellLate = async ({ settings, acknowledged: acks }: ReadingState): Promise<void> => {
  const end = acks.untold()
  if (end === null) return
  using connect = connections(settings)
  try {
    await advanceSlot(await connect.open('query'), settings, end, AbortSignal.timeout(5000))
    acks.tell()
  } catch {}
}
