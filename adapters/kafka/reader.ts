import type { SourceItem } from '../../src/model/change-event.ts'
import type { ReadOptions } from '../../src/ports/change-source.ts'
import { oneRead } from '../log/one-read.ts'
import type { SealedLog } from '../log/sealed-log.ts'
import type { Settings } from './options.ts'
import type { KafkaPlace } from './place.ts'
import { positionOf } from './place.ts'
import type { ReadingState } from './reading.ts'
import { reading } from './reading.ts'
import { turns } from './turn.ts'

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
  const state: ReadingState = { settings, newClient, spools: { keep }, turns: turns(settings), session: null }
  const { read, stop } = oneRead(settings.name, (options) => reading(state, options))
  return {
    read,
    acknowledge: (place) => {
      release((kept) => positionOf(kept) <= positionOf(place) && kept.rows <= place.rows)
      state.session?.commit(place)
    },
    dispose: async () => {
      stop()
      release(() => true)
      await state.turns.end(false)
    },
  }
}
