import { BanyanError } from '../../src/model/errors.ts'
import type { SourceItem } from '../../src/model/change-event.ts'
import type { SourceName } from '../../src/model/ids.ts'
import type { ReadOptions } from '../../src/ports/change-source.ts'

export interface OneRead {
  /** @throws BanyanError usage, while another read goes on. */
  readonly read: (options: ReadOptions) => AsyncIterable<SourceItem>
  /** Ends the read that goes on, if any, without waiting for it: a consumer that has left its loop without ending it would never come back. */
  readonly stop: () => void
}

/** Lets a source be read once at a time. */
export const oneRead = (name: SourceName, reading: (options: ReadOptions) => AsyncIterable<SourceItem>): OneRead => {
  let stopCurrent: (() => void) | null = null
  async function* read(options: ReadOptions): AsyncGenerator<SourceItem> {
    if (stopCurrent !== null) {
      throw new BanyanError('usage', 'this source is being read already', {
        hint: 'end the first read before the next',
        where: name,
      })
    }
    const stop = new AbortController()
    stopCurrent = () => stop.abort()
    try {
      yield* reading({ ...options, signal: AbortSignal.any([options.signal, stop.signal]) })
    } finally {
      stopCurrent = null
    }
  }
  return { read, stop: () => stopCurrent?.() }
}
