import type { BusinessEvent } from '../model/business-event.ts'
import type { LiveDecision } from '../model/decision.ts'
import type { ContextName, Position, SourceName } from '../model/ids.ts'
import type { LogPoint } from '../model/read.ts'

/** The stage whose cursor `commitShadow` moves. */
export const shadowStage = (context: ContextName): string => `shadow ${context}`

export interface EventQuery {
  readonly source: SourceName
  readonly types: readonly string[]
  readonly after: LogPoint | null
  readonly upTo: Position
  readonly limit: number
}

export interface ShadowStore {
  readonly stageCursor: (stage: string) => Promise<LogPoint | null>
  /** Moves a cursor that has nothing else to write (a feed's frontier). */
  readonly commitStage: (stage: string, expected: LogPoint | null, next: LogPoint) => Promise<void>
  /** Business events in log order. */
  readonly readEvents: (query: EventQuery) => Promise<readonly BusinessEvent[]>
  /** A decision that is stored already stays as it is. */
  readonly commitShadow: (batch: {
    readonly context: ContextName
    readonly expected: LogPoint | null
    readonly next: LogPoint
    readonly decisions: readonly LiveDecision[]
  }) => Promise<void>
}
