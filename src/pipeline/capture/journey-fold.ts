import type { BusinessEvent } from '../../model/business-event.ts'
import type { EpochMs, JourneyKey, Position } from '../../model/ids.ts'
import type { Journey, JourneyState } from '../../model/journey.ts'
import { firstIdleOrdinal } from '../../model/log-point.ts'
import type { CaptureStore } from '../../ports/capture-store.ts'
import { createDueHeap } from '../../shadow/due-heap.ts'

export interface JourneyFunctions {
  readonly fold: (input: { readonly journey: Journey; readonly state: JourneyState | null; readonly event: BusinessEvent }) => {
    readonly state: JourneyState
    readonly derived: readonly BusinessEvent[]
  }
  readonly expire: (input: {
    readonly journey: Journey
    readonly state: JourneyState
    readonly watermark: EpochMs
    readonly position: Position
    readonly source: BusinessEvent['source']
  }) => { readonly state: JourneyState; readonly events: readonly BusinessEvent[] }
}

/** The facts of one commit (or of an idle moment), in order. */
export interface Moment {
  readonly position: Position
  readonly at: EpochMs
  readonly events: readonly BusinessEvent[]
  /** Nothing was committed: the position may have been passed before, by those who follow too. */
  readonly isIdle: boolean
}

export interface FoldedJourneys {
  /** The given events and those derived from them, numbered anew per position; those of idle moments behind all others there. */
  readonly events: readonly BusinessEvent[]
  readonly states: readonly JourneyState[]
}

const dueLimit = 10_000
const address = (journey: string, key: JourneyKey): string => `${journey} ${key}`

/**
 * Folds facts into journeys, commit by commit: limits that passed before a commit expire at that commit, so the result
 * is the same however commits are batched.
 */
export const foldJourneys = async (input: {
  readonly journeys: ReadonlyMap<string, Journey>
  readonly functions: JourneyFunctions
  readonly store: Pick<CaptureStore, 'journeyStates' | 'journeysDue' | 'lastEventOrdinal'>
  readonly source: BusinessEvent['source']
  readonly moments: readonly Moment[]
}): Promise<FoldedJourneys> => {
  const { journeys, functions, moments, store, source } = input
  const last = moments[moments.length - 1]
  if (journeys.size === 0 || last === undefined) return { events: moments.flatMap((moment) => moment.events), states: [] }

  const states = new Map<string, JourneyState>()
  const changed = new Set<string>()
  const keys = moments.flatMap((moment) =>
    moment.events.flatMap((event) => (event.journey === null ? [] : [{ journey: event.journey, key: event.key }])),
  )
  for (const state of await store.journeysDue(last.at, dueLimit)) states.set(address(state.journey, state.key), state)
  for (const state of keys.length === 0 ? [] : await store.journeyStates(keys)) states.set(address(state.journey, state.key), state)

  const due = createDueHeap<JourneyState>()
  const expect = (state: JourneyState): void => {
    if (state.dueAt !== null) due.add(state.dueAt, state)
  }
  for (const state of states.values()) expect(state)
  const put = (state: JourneyState): void => {
    const at = address(state.journey, state.key)
    states.set(at, state)
    changed.add(at)
    expect(state)
  }
  const expireBefore = (moment: Moment): BusinessEvent[] => {
    const passed = new Set<JourneyState>()
    for (let state = due.takeBefore(moment.at); state !== undefined; state = due.takeBefore(moment.at)) {
      // One that has changed since is in the heap again; one that was folded without a change is in it twice.
      if (states.get(address(state.journey, state.key)) === state) passed.add(state)
    }
    return [...passed]
      .sort((a, b) => (a.dueAt ?? 0) - (b.dueAt ?? 0) || (a.key < b.key ? -1 : 1))
      .flatMap((state) => {
        const journey = journeys.get(state.journey)
        if (journey === undefined) return []
        const expired = functions.expire({ journey, state, watermark: moment.at, position: moment.position, source })
        put(expired.state)
        return expired.events
      })
  }

  const events: BusinessEvent[] = []
  const idleOrdinal = createIdleOrdinals(store, source)
  for (const moment of moments) {
    const overdue = expireBefore(moment)
    let ordinal = moment.isIdle && overdue.length > 0 ? await idleOrdinal(moment.position, overdue.length) : 0
    const emit = (event: BusinessEvent): void => {
      events.push(event.ordinal === ordinal ? event : { ...event, ordinal })
      ordinal += 1
    }
    for (const event of moment.events) emit(event)
    for (const event of moment.events) {
      const journey = event.journey === null ? undefined : journeys.get(event.journey)
      if (journey === undefined) continue
      const folded = functions.fold({ journey, state: states.get(address(journey.name, event.key)) ?? null, event })
      put(folded.state)
      for (const derived of folded.derived) emit(derived)
    }
    // Last: an idle source may have told of them before this commit, and the places of its own events must not hang on that.
    for (const event of overdue) emit(event)
  }
  return { events, states: [...changed].flatMap((at) => states.get(at) ?? []) }
}

/** The first of so many ordinals at a position, behind all that idle moments have stated there before. */
const createIdleOrdinals = (
  store: Pick<CaptureStore, 'lastEventOrdinal'>,
  source: BusinessEvent['source'],
): ((position: Position, count: number) => Promise<number>) => {
  let last: { readonly position: Position; readonly next: number } | null = null
  return async (position, count) => {
    const stored = last?.position === position ? last.next : ((await store.lastEventOrdinal(source, position)) ?? -1) + 1
    const first = Math.max(firstIdleOrdinal, stored)
    last = { position, next: first + count }
    return first
  }
}
