import type { Filters } from '../filters/filters.ts'
import type { Masking } from '../masking/masking.ts'
import type { Context } from '../model/context.ts'
import type { Journey } from '../model/journey.ts'
import type { Rule } from '../model/rule.ts'
import type { ChangeEmitter } from '../ports/change-emitter.ts'
import type { ChangeSource } from '../ports/change-source.ts'
import type { EventSink } from '../ports/event-sink.ts'
import type { SchemaPolicy } from '../schema/policy.ts'

/** What `banyan.config.ts` exports as its default. */
export interface BanyanConfig {
  /** E.g. `postgres({ … })` of `banyan/adapters/postgres`. */
  readonly source: ChangeSource
  /**
   * Banyan's own memory: a private PostgreSQL in a folder, or one by URL. Default: `.banyan/store` beside the config.
   * `givesWay` (default true): `banyan run` leaves the processor to everything else on the machine, e.g. to a legacy beside it.
   */
  readonly store?: { readonly folder: string; readonly givesWay?: boolean } | { readonly url: string }
  readonly rules: readonly Rule[]
  readonly journeys: readonly Journey[]
  readonly contexts: readonly Context[]
  /** What of personal data is stored, and how; made by `masking(…)` of `legacySchema`. Default: everything, as it is. */
  readonly masking?: Masking
  /** Which columns and rows are captured; made by `filters(…)` of `legacySchema`. Default: all of the captured tables. */
  readonly filters?: Filters
  /** What to do when the legacy's schema changes in mid-run. Default: what a rule or a context looks at pauses, all else is told. */
  readonly schemaChanges?: SchemaPolicy
  /** Runs the source's time faster: real instant `from` is the source's instant `as`, and `speed` seconds pass in each. */
  readonly time?: { readonly from: Date | string | number; readonly as: Date | string | number; readonly speed: number }
  /** Where business events go that others subscribe to, e.g. `kafkaTopics({ … })` of `banyan/adapters/kafka`. Default: nowhere. */
  readonly publish?: EventSink
  /**
   * What events were promised. `released`: file of the last released catalogue, which `banyan events --release` writes; default
   * `events.released.json` beside the config. `retired`: released types that are no longer stated, on purpose.
   */
  readonly events?: { readonly released?: string; readonly retired?: readonly string[] }
  /** Where `banyan run --emit` writes what is captured, e.g. `debeziumTopics({ … })` of `banyan/adapters/kafka`. */
  readonly emit?: ChangeEmitter
  /** Headline of the night report. */
  readonly title?: string
}

/** Types the config; it is checked when a command loads it. */
export const defineConfig = (config: BanyanConfig): BanyanConfig => config
