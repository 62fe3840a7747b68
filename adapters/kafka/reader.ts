import { BanyanError } from '../../src/model/errors.ts'
import type { SourceItem } from '../../src/model/change-event.ts'
import type { ReadOptions } from '../../src/ports/change-source.ts'
import type { SealedLog } from '../log/sealed-log.ts'
import type { Settings } from './options.ts'
import type { KafkaPlace } from './place.ts'
import { positionOf } from './place.ts'
import type { ReadingState } from './reading.ts'
import { reading } from './reading.ts'

export interface Reader {
  readonly read: (options: ReadOptions) => AsyncIterable<SourceItem>
  readonly acknowledge: (place: KafkaPlace) => void
  readonly dispose: () => Promise<void>
}

interface Spooled {
  readonly place: KafkaPlace
  readonly log: SealedLog
}

/** Reads a source, once at a time. */
export const reader = (settings: Settings, newClient: ReadingState['newClient']): Reader => {
  let spooled: readonly Spooled[] = []
  const release = (isDone: (place: KafkaPlace) => boolean): void => {
    if (spooled.length === 0) return
    for (const { place, log } of spooled) if (isDone(place)) log.release()
    spooled = spooled.filter(({ place }) => !isDone(place))
  }
  const keep = (place: KafkaPlace, log: SealedLog): void => {
    spooled = [...spooled, { place, log }]
  }
  const state: ReadingState = { settings, newClient, spools: { keep }, session: null }
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
    acknowledge: (place) => {
      release((kept) => positionOf(kept) <= positionOf(place) && kept.rows <= place.rows)
      state.session?.commit(place)
    },
    dispose: async () => {
      // Not awaited: a consumer that has left its loop without ending it would never come back.
      stopCurrent?.()
      release(() => true)
    },
  }
}
