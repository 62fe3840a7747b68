import type { EpochMs, EventId, JourneyKey, Position } from './ids.ts'

/** When a milestone is reached: on a fact, or when all (any) of several facts have happened. */
export type MilestoneWhen =
  | { readonly kind: 'fact'; readonly type: string }
  | { readonly kind: 'all'; readonly types: readonly string[] }
  | { readonly kind: 'any'; readonly types: readonly string[] }

/** The business flow that events of one key belong to, with its named steps and their time limits. */
export interface Journey {
  readonly name: string
  readonly milestones: Readonly<Record<string, MilestoneWhen>>
  /** Milestone → time from the journey's first fact within which it must be reached. */
  readonly limitsMs: Readonly<Record<string, number>>
  /** Facts after which nothing more is awaited: limits no longer run. */
  readonly ends: readonly string[]
}

export interface ReachedMilestone {
  readonly milestone: string
  readonly at: EpochMs
  readonly event: EventId
  readonly position: Position
}

/** Where one key stands in its journey: the fold of its facts. */
export interface JourneyState {
  readonly journey: string
  readonly key: JourneyKey
  readonly startedAt: EpochMs
  /** The first fact of each type. */
  readonly facts: readonly { readonly type: string; readonly event: EventId; readonly at: EpochMs }[]
  readonly reached: readonly ReachedMilestone[]
  /** Milestones whose limit passed before they were reached. */
  readonly overdue: readonly { readonly milestone: string; readonly since: EpochMs }[]
  /** The next instant at which a limit will pass, for the time-out sweep; null when none is open. */
  readonly dueAt: EpochMs | null
}
