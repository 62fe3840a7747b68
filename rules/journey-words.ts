import type { BusinessEvent } from '../src/model/business-event.ts'
import { durationWords } from '../src/model/duration.ts'
import type { EpochMs } from '../src/model/ids.ts'
import type { Journey, JourneyState, MilestoneWhen } from '../src/model/journey.ts'
import { openLimits } from './fold-journey.ts'
import { derivedType } from './journey.ts'

/**
 * Where one key stands in its journey and how it got there, as lines of text: a summary, the milestones, then every event
 * with the rule and the row changes that it came from. Times are UTC, in the source's time.
 */
export const describeJourney = (journey: Journey, state: JourneyState, events: readonly BusinessEvent[]): readonly string[] => [
  summary(journey, state),
  '',
  'Milestones',
  ...milestoneLines(journey, state),
  '',
  events.length === 0 ? 'No events are stored.' : 'How it got there',
  ...eventLines(state, events),
]

const summary = (journey: Journey, state: JourneyState): string => {
  const last = state.reached.at(-1)
  const where = last === undefined ? 'started' : `${last.milestone} since ${instant(last.at)}`
  const end = state.facts.find((fact) => journey.ends.includes(fact.type))
  if (end !== undefined) return `${state.journey} ${state.key}: ended by ${end.type} at ${instant(end.at)}, was ${where}`
  const open = Object.keys(journey.milestones).filter((name) => !state.reached.some((one) => one.milestone === name))
  return `${state.journey} ${state.key}: ${where}${open.length === 0 ? ', all milestones reached' : `, open: ${open.join(', ')}`}`
}

const milestoneLines = (journey: Journey, state: JourneyState): readonly string[] => {
  const limits = new Map(openLimits(journey, state).map(({ milestone, at }) => [milestone, at]))
  const ended = state.facts.some((fact) => journey.ends.includes(fact.type))
  const width = Math.max(...Object.keys(journey.milestones).map((name) => name.length))
  return Object.entries(journey.milestones).map(([name, when]) => {
    const reached = state.reached.find((one) => one.milestone === name)
    const overdue = state.overdue.find((one) => one.milestone === name)
    const late = overdue === undefined ? '' : `, ${reached === undefined ? 'overdue' : 'was overdue'} since ${instant(overdue.since)}`
    if (reached !== undefined) return `  ✓ ${name.padEnd(width)}  ${instant(reached.at)}  ${elapsed(state.startedAt, reached.at)}${late}`
    const due = limits.get(name)
    const waits = ended ? 'not reached' : `waits for ${awaited(journey, state, when)}`
    return `  ${overdue === undefined ? '·' : '✗'} ${name.padEnd(width)}  ${waits}${due === undefined ? '' : `, due ${instant(due)}`}${late}`
  })
}

const awaited = (journey: Journey, state: JourneyState, when: MilestoneWhen): string => {
  const known = new Set([...state.facts.map((fact) => fact.type), ...state.reached.map((one) => derivedType(journey, one.milestone))])
  switch (when.kind) {
    case 'fact':
      return when.type
    case 'all':
      return when.types.filter((type) => !known.has(type)).join(' and ')
    case 'any':
      return when.types.join(' or ')
    default:
      return when satisfies never
  }
}

const eventLines = (state: JourneyState, events: readonly BusinessEvent[]): readonly string[] => {
  const ordered = [...events].sort((a, b) => a.occurredAt - b.occurredAt || compareText(a.position, b.position) || a.ordinal - b.ordinal)
  const width = Math.max(0, ...events.map((event) => event.type.length))
  const types = new Map(events.map((event) => [event.id as string, event.type]))
  return ordered.map((event) => {
    const causes = [...new Set(event.causes.map((cause) => types.get(cause) ?? `row change ${cause}`))]
    const shown = causes.slice(0, 3).join(', ') + (causes.length > 3 ? ` and ${causes.length - 3} more` : '')
    return `  ${instant(event.occurredAt)}  ${elapsed(state.startedAt, event.occurredAt).padEnd(16)}  ${event.type.padEnd(width)}  from ${shown} (rule ${event.rule.name} v${event.rule.version})`
  })
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const instant = (at: EpochMs): string =>
  new Date(at)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.000Z$/, 'Z')

const elapsed = (from: EpochMs, to: EpochMs): string => (to === from ? 'at once' : `${to < from ? '' : '+'}${durationWords(to - from)}`)
