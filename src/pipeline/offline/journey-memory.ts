import type { EpochMs, JourneyKey } from '../../model/ids.ts'
import type { JourneyState } from '../../model/journey.ts'
import type { CaptureStore } from '../../ports/capture-store.ts'
import { createDueHeap } from '../../shadow/due-heap.ts'

/** Journeys in flight. */
export interface JourneyMemory extends Pick<CaptureStore, 'journeyStates' | 'journeysDue' | 'lastEventOrdinal'> {
  readonly put: (states: readonly JourneyState[]) => void
}

const address = (journey: string, key: JourneyKey): string => `${journey} ${key}`

/** Holds at most about `capacity` journeys for which no limit is running: the ones that were quiet longest are forgotten. */
export const createJourneyMemory = (capacity: number): JourneyMemory => {
  const states = new Map<string, JourneyState>()
  const due = createDueHeap<JourneyState>()
  const forget = (): void => {
    for (const [at, state] of states) {
      if (states.size <= capacity) return
      if (state.dueAt === null) states.delete(at)
    }
  }
  return {
    journeyStates: async (keys) => keys.flatMap(({ journey, key }) => states.get(address(journey, key)) ?? []),
    journeysDue: async (at: EpochMs) => {
      const found: JourneyState[] = []
      for (let state = due.takeBefore(at); state !== undefined; state = due.takeBefore(at)) {
        if (states.get(address(state.journey, state.key)) === state) found.push(state)
      }
      return found
    },
    // Time passes with the commits of a recording alone.
    lastEventOrdinal: async () => null,
    put: (changed) => {
      for (const state of changed) {
        const at = address(state.journey, state.key)
        states.delete(at)
        states.set(at, state)
        if (state.dueAt !== null) due.add(state.dueAt, state)
      }
      if (states.size > 2 * capacity) forget()
    },
  }
}
