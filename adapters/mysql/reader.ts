import { BanyanError } from '../../src/model/errors.ts'
import type { SourceItem } from '../../src/model/change-event.ts'
import type { ReadOptions } from '../../src/ports/change-source.ts'
import type { MysqlToken } from './binlog-place.ts'
import type { Settings } from './options.ts'
import type { ReadingState } from './reading.ts'
import { reading } from './reading.ts'
import { spools } from './spools.ts'

export interface Reader {
  readonly read: (options: ReadOptions) => AsyncIterable<SourceItem>
  readonly acknowledge: (token: MysqlToken) => void
  readonly dispose: () => Promise<void>
}

/** Reads a source, once at a time. */
export const reader = (settings: Settings): Reader => {
  const state: ReadingState = { settings, spools: spools() }
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
    // The server keeps its log by age, not by what is acknowledged: there is nobody to tell.
    acknowledge: (token) => {
      if (token.kind === 'stream') state.spools.release(token.end)
    },
    dispose: async () => {
      // Not awaited: a consumer that has left its loop without ending it would never come back.
      stopCurrent?.()
      state.spools.release(null)
    },
  }
}
