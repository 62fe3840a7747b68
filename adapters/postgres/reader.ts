import type { SourceItem } from '../../src/model/change-event.ts'
import type { ReadOptions } from '../../src/ports/change-source.ts'
import { oneRead } from '../log/one-read.ts'
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
  const { read, stop } = oneRead(settings.name, (options) => reading(state, options))
  return {
    read,
    acknowledge: (token) => {
      // A token inside the snapshot covers nothing of the log.
      if (token.kind === 'snapshot') return
      state.acknowledged.advance(token.end)
      state.spools.release(token.end)
    },
    dispose: async () => {
      stop()
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
