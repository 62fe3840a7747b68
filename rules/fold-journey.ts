import type { BusinessEvent } from '../src/model/business-event.ts'
import { milestoneId } from '../src/model/hash.ts'
import type { EpochMs, EventId, Position, SourceName } from '../src/model/ids.ts'
import { epochMs } from '../src/model/ids.ts'
import type { Journey, JourneyState, ReachedMilestone } from '../src/model/journey.ts'
import type { Data } from '../src/model/value.ts'
import { derivedType, typesOf } from './journey.ts'

export interface FoldInput {
  readonly journey: Journey
  /** Null: the first fact of its key. */
  readonly state: JourneyState | null
  readonly event: BusinessEvent
}

/**
 * Takes one fact into its journey, in log order. Derived are the milestones that it completes (`order.confirmed`), and before
 * them the limits that had passed by then. Folding an event again changes nothing and derives nothing; a fact that comes
 * after its deadline still reaches its milestone.
 */
export const foldJourney = ({
  journey,
  state,
  event,
}: FoldInput): { readonly state: JourneyState; readonly derived: readonly BusinessEvent[] } => {
  const { source, position, occurredAt } = event
  const started = state ?? begun(journey, event)
  const late = expireJourney({ journey, state: started, watermark: occurredAt, position, source })
  const facts = late.state.facts
  if (facts.some((fact) => fact.type === event.type)) return { state: late.state, derived: late.events }
  const heard = { ...late.state, facts: [...facts, { type: event.type, event: event.id, at: occurredAt }] }
  const { reached, derived } = reach(journey, heard, event)
  return { state: withDue(journey, { ...heard, reached }), derived: [...late.events, ...derived] }
}

export interface ExpireInput {
  readonly journey: Journey
  readonly state: JourneyState
  /** No fact older than this is still to come. */
  readonly watermark: EpochMs
  /** Where the log stood then. */
  readonly position: Position
  readonly source: SourceName
}

/** The limits that have passed before the watermark: one `order.reserved-overdue` a milestone, at the instant of its limit, once. */
export const expireJourney = ({
  journey,
  state,
  watermark,
  position,
  source,
}: ExpireInput): { readonly state: JourneyState; readonly events: readonly BusinessEvent[] } => {
  if (state.dueAt === null || state.dueAt >= watermark) return { state, events: [] }
  const passed = openLimits(journey, state).filter(({ at }) => at < watermark)
  const overdue = [...state.overdue, ...passed.map(({ milestone, at }) => ({ milestone, since: at }))]
  const first = state.facts[0]
  const events = passed.map(({ milestone, at }, ordinal) =>
    statement(journey, state, {
      source,
      position,
      ordinal,
      milestone,
      type: `${derivedType(journey, milestone)}-overdue`,
      occurredAt: at,
      data: { milestone, startedAt: state.startedAt, limitMs: at - state.startedAt },
      causes: first === undefined ? [] : [first.event],
    }),
  )
  return { state: withDue(journey, { ...state, overdue }), events }
}

const begun = (journey: Journey, event: BusinessEvent): JourneyState =>
  withDue(journey, { journey: journey.name, key: event.key, startedAt: event.occurredAt, facts: [], reached: [], overdue: [], dueAt: null })

/** A milestone may complete another one that waits for it, so it goes on until nothing more is reached. */
const reach = (
  journey: Journey,
  state: JourneyState,
  event: BusinessEvent,
): { readonly reached: readonly ReachedMilestone[]; readonly derived: readonly BusinessEvent[] } => {
  const reached = [...state.reached]
  const derived: BusinessEvent[] = []
  const happened = new Map<string, EventId>(state.facts.map((fact) => [fact.type, fact.event]))
  for (const one of reached) happened.set(derivedType(journey, one.milestone), one.event)
  for (let moved = true; moved; ) {
    moved = false
    for (const [milestone, when] of Object.entries(journey.milestones)) {
      const types = typesOf(when)
      const holds = when.kind === 'all' ? types.every((type) => happened.has(type)) : types.some((type) => happened.has(type))
      if (!holds || reached.some((one) => one.milestone === milestone)) continue
      const causes = types.flatMap((type) => happened.get(type) ?? [])
      const made =
        when.kind === 'fact'
          ? null
          : statement(journey, state, {
              source: event.source,
              position: event.position,
              ordinal: event.ordinal + derived.length + 1,
              milestone,
              type: derivedType(journey, milestone),
              occurredAt: event.occurredAt,
              data: { milestone, startedAt: state.startedAt, tookMs: event.occurredAt - state.startedAt },
              causes,
            })
      if (made !== null) derived.push(made)
      const by = made?.id ?? happened.get(types[0] ?? '') ?? event.id
      if (made !== null) happened.set(made.type, made.id)
      reached.push({ milestone, at: event.occurredAt, event: by, position: event.position })
      moved = true
    }
  }
  return { reached, derived }
}

interface Statement {
  readonly source: SourceName
  readonly position: Position
  readonly ordinal: number
  readonly milestone: string
  readonly type: string
  readonly occurredAt: EpochMs
  readonly data: Data
  readonly causes: readonly EventId[]
}

const statement = (journey: Journey, state: JourneyState, said: Statement): BusinessEvent => ({
  id: milestoneId(said.source, journey.name, state.key, said.type),
  type: said.type,
  source: said.source,
  key: state.key,
  data: said.data,
  occurredAt: said.occurredAt,
  position: said.position,
  ordinal: said.ordinal,
  journey: journey.name,
  milestone: said.milestone,
  rule: { name: `journey:${journey.name}`, version: 1 },
  causes: said.causes,
})

/** Limits that are still running, earliest first. */
export const openLimits = (journey: Journey, state: JourneyState): readonly { readonly milestone: string; readonly at: EpochMs }[] => {
  if (state.facts.some((fact) => journey.ends.includes(fact.type))) return []
  const closed = new Set([...state.reached, ...state.overdue].map((one) => one.milestone))
  return Object.entries(journey.limitsMs)
    .filter(([milestone]) => !closed.has(milestone))
    .map(([milestone, limitMs]) => ({ milestone, at: epochMs(state.startedAt + limitMs) }))
    .sort((a, b) => a.at - b.at)
}

const withDue = (journey: Journey, state: JourneyState): JourneyState => ({ ...state, dueAt: openLimits(journey, state)[0]?.at ?? null })
