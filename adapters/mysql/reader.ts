import type { SourceItem } from '../../src/model/change-event.ts'
import type { ReadOptions } from '../../src/ports/change-source.ts'
import { oneRead } from '../log/one-read.ts'
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
  const { read, stop } = oneRead(settings.name, (options) => reading(state, options))
  return {
    read,
    // The server keeps its log by age, not by what is acknowledged: there is nobody to tell.
    acknowledge: (token) => {
      if (token.kind === 'stream') state.spools.release(token.end)
    },
    dispose: async () => {
      stop()
      state.spools.release(null)
    },
  }
}
