import type { BusinessEvent } from '../model/business-event.ts'
import type { LiveDecision } from '../model/decision.ts'
import type { ContextName, Position, SourceName } from '../model/ids.ts'
import type { LogPoint } from '../model/read.ts'
import type { StagePoint } from './stage-point.ts'
import type { StoredEvent } from './stored-event.ts'

/** The stage whose cursor `commitShadow` moves. */
export const shadowStage = (context: ContextName): string => `shadow ${context}`

export interface EventQuery {
  readonly source: SourceName
  readonly types: readonly string[]
  readonly after: LogPoint | null
  readonly upTo: Position
  readonly limit: number
}

export interface FollowQuery {
  readonly source: SourceName
  readonly types: readonly string[]
  /** Exclusive; null: from the first. */
  readonly after: bigint | null
  readonly limit: number
}

export interface SeenEvents {
  readonly events: readonly StoredEvent[]
  /** Up to where all events were looked at, those of other types too; null: none is stored. */
  readonly seen: bigint | null
}

export interface ShadowStore {
  readonly stageCursor: (stage: string) => Promise<StagePoint | null>
  /** Moves a cursor that has nothing else to write (a feed's frontier). */
  readonly commitStage: (stage: string, expected: LogPoint | null, next: LogPoint) => Promise<void>
  /** Business events in log order: what is known of a stretch of the log now. One may still be stated there later; who follows uses `eventsBehind`. */
  readonly readEvents: (query: EventQuery) => Promise<readonly BusinessEvent[]>
  /** Business events in the order in which they were stored, all of them durable: who goes on behind `seen` misses none. */
  readonly eventsBehind: (query: FollowQuery) => Promise<SeenEvents>
  /** A decision that is stored already stays as it is. */
  readonly commitShadow: (batch: {
    readonly context: ContextName
    readonly expected: StagePoint | null
    readonly next: StagePoint
    readonly decisions: readonly LiveDecision[]
  }) => Promise<void>
}
