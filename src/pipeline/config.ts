import type { Context } from '../model/context.ts'
import type { EpochMs, TableName } from '../model/ids.ts'
import { tableName } from '../model/ids.ts'
import type { Journey } from '../model/journey.ts'
import type { Rule } from '../model/rule.ts'
import type { SchemaPolicy } from '../schema/policy.ts'
import type { ChangeEmitter } from '../ports/change-emitter.ts'
import type { ChangeSource } from '../ports/change-source.ts'
import type { EventSink } from '../ports/event-sink.ts'

/** Real time → the source's time: `as + (real - from) * speed`. Null where they are the same. */
export interface SourceTime {
  readonly from: EpochMs
  readonly as: EpochMs
  readonly speed: number
}

/** Everything that a run needs to know. */
export interface PipelineConfig {
  readonly source: ChangeSource
  readonly rules: readonly Rule[]
  readonly journeys: readonly Journey[]
  readonly contexts: readonly Context[]
  readonly time: SourceTime | null
  /** What to do when the legacy's schema changes; left out: what the rules and contexts look at pauses. */
  readonly schemaChanges?: SchemaPolicy
  /** Where business events go that others subscribe to; left out: nowhere. */
  readonly publish?: EventSink
  /** Where captured row changes go besides, for who asks a run to emit them. */
  readonly emit?: ChangeEmitter
  readonly title?: string
}

/** The tables that the legacy's answers are found in: contexts look at their old rows, long after the log has let go of them. */
export const watchedTables = (contexts: readonly Context[]): ReadonlySet<TableName> =>
  new Set(contexts.flatMap((context) => Object.keys(context.legacy.watch).map(tableName)))
