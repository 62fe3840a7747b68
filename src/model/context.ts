import type { ContextName, EpochMs, TableName } from './ids.ts'
import type { BusinessEvent } from './business-event.ts'
import type { Comparison } from './comparison.ts'
import type { FailureReason, IntendedEffect } from './observation.ts'
import type { ReadRequest, RecordedRead } from './read.ts'
import type { TransactionView } from './transaction-view.ts'
import type { Data, Row } from './value.ts'

/** Who fills a projection. `stream`: Banyan applies legacy changes. `external`: the candidate's own store, filled by others. */
export type Feed =
  | {
      readonly kind: 'stream'
      /** How late changes are in an offline run whose deliveries do not tell. Default 0. */
      readonly lagMs?: number
    }
  | { readonly kind: 'external'; readonly read: (key: string, signal: AbortSignal) => Promise<Data | undefined> }

/** The candidate's view of legacy rows. */
export interface Projection {
  /** `state`: contested, changes with each decision. `reference`: master data. Separates timing from stale data. */
  readonly kind: 'state' | 'reference'
  readonly from: TableName
  readonly key: (row: Row) => string
  /** Rows that are read together, e.g. all nodes of one sku. */
  readonly group: ((row: Row) => string) | null
  readonly value: (row: Row) => Data
  readonly feed: Feed
  /** A missed version older than this at the decision is stale data; younger is timing. Null: the context's settlement time. */
  readonly freshWithinMs: number | null
}

/** What the candidate reads through. Each call is recorded. */
export interface Reads {
  readonly get: (key: string) => Promise<Data | undefined>
  /** All entries of a group, ordered by key. */
  readonly group: (group: string) => Promise<readonly { readonly key: string; readonly value: Data }[]>
}

export interface CandidateClock {
  /** The decision's instant: live, the source's time now; as of, the legacy's own clock. */
  readonly now: () => EpochMs
}

/** All that a candidate may touch besides its reads. Anything else makes its answers irreproducible. */
export interface CandidateTools {
  readonly clock: CandidateClock
  /** Deterministic per decision, in [0, 1). */
  readonly random: () => number
  /** Records an effect instead of doing it. */
  readonly intend: (kind: string, payload: IntendedEffect['payload']) => void
  readonly signal: AbortSignal
  /** The context's declared numbers. */
  readonly parameters: Readonly<Record<string, number>>
}

/** What the driver of a candidate outside this process needs besides. A candidate that is a function is not told. */
export interface CandidateCall {
  readonly trigger: BusinessEvent
  /** The decision's id; the same in every replay. */
  readonly seed: string
  /** `live`: it may read a store of its own. `replay`: only what it is given. */
  readonly mode: 'live' | 'replay'
  /** The decision's instant; to take it here does not count as looking at the clock. */
  readonly now: () => EpochMs
  /** Resolves and records a read, with its versions. */
  readonly read: (asked: ReadRequest) => Promise<RecordedRead>
  /** Records what the candidate says that it saw in its own store; null when the key was absent. */
  readonly saw: (projection: string, key: string, value: Data) => Promise<void>
  /** Which code answered. */
  readonly answeredBy: (version: string) => void
  /** There is no answer, whatever is returned. */
  readonly fail: (reason: FailureReason, message: string) => void
}

/** Said by `legacy.answer` while the legacy has not answered yet. */
export const pending: unique symbol = Symbol('pending')

export interface LegacySide {
  /** Table → the trigger key that a changed row belongs to; null for rows that belong to none. */
  readonly watch: Readonly<Record<string, (row: Row) => string | null>>
  /** Folds the watched transactions of one key, in commit order and from the trigger's own on, to the legacy's answer. */
  readonly answer: (transactions: readonly TransactionView[], trigger: BusinessEvent) => Data | typeof pending
  /** The legacy's own clock at the decision: a declared column; null to take the transaction's begin or commit. */
  readonly decidedAt: ((transactions: readonly TransactionView[]) => EpochMs | null) | null
}

/** A decision's logic: a function of the trigger's data and of what it may touch. */
export type Logic = (input: Data, tools: CandidateTools, reads: Readonly<Record<string, Reads>>, call: CandidateCall) => unknown

/** Code that decided before the present candidate did. Decisions are replayed by it, to tell what a change of the code broke. */
export interface OlderVersion {
  readonly version: string
  readonly candidate: Logic
  /** When it was replaced, in the source's time; null when nobody remembers. */
  readonly until: EpochMs | null
}

/** What must hold between the answers to two related questions; a candidate that breaks it is wrong, whatever the right answer is. */
export type Relation =
  /** The order of the array at `path` (a JSON Pointer into the trigger's data) does not matter. */
  | { readonly kind: 'order-free'; readonly name: string; readonly path: string }
  /** Asking the very same again gives the very same answer. */
  | { readonly kind: 'idempotent'; readonly name: string }
  /** With more of the number at `field` in every entry of a read, the number at `answer` never gets smaller. */
  | { readonly kind: 'monotonic'; readonly name: string; readonly read: string; readonly field: string; readonly answer: string }

/** Something that changed on the legacy's side, e.g. a release or a configuration: a divergence that begins with it is the legacy's. */
export interface LegacyChange {
  readonly at: EpochMs
  readonly what: string
}

/** A proof of wrongness that needs no second opinion: must hold for every answer to this trigger. */
export interface Invariant {
  readonly name: string
  readonly holds: (answer: Data, trigger: BusinessEvent) => boolean
}

/** One decision that is being strangled. Made by `defineContext`. */
export interface Context {
  readonly name: ContextName
  /** Event type that triggers the decision. */
  readonly on: string
  readonly reads: Readonly<Record<string, Projection>>
  readonly candidate: Logic
  /** The reads that travel with a question to a service; null or left out: it asks for what it needs. */
  readonly needs?: ((input: Data) => readonly ReadRequest[]) | null
  /** Hash of the candidate's code; changes when it does. */
  readonly candidateVersion: string
  /** Refuses answers of a wrong shape, with the reason. */
  readonly shape: ((answer: unknown) => string | null) | null
  readonly legacy: LegacySide
  readonly answersWithinMs: number
  /** Legacy corrections, and lag of state reads, inside this time are timing. */
  readonly settlesWithinMs: number
  /** Longest legacy transaction: how far before its commit the legacy may have read. 0: it locks what it reads. */
  readonly maxTransactionMs: number
  /** By how much the clocks may be wrong that order the source's commits; 0 or left out: the log itself orders them. */
  readonly clockErrorMs?: number
  readonly compare: Comparison
  readonly invariants: readonly Invariant[]
  /** Money at stake in a decision, in the smallest unit of its currency; null when unknown. */
  readonly exposure: ((trigger: BusinessEvent) => number | null) | null
  readonly limits: CandidateLimits
  /**
   * What the documents say that the answer should be, run like the candidate as of the legacy's commit; undefined where they say nothing.
   * Tells a hidden rule (the legacy contradicts it) from a defect (the candidate does).
   */
  readonly specification?: Logic
  readonly olderVersions?: readonly OlderVersion[]
  readonly relations?: readonly Relation[]
  readonly legacyChanges?: readonly LegacyChange[]
  /** Numbers that the candidate takes from `tools.parameters`: a divergence that another value mends is a slip of the candidate. */
  readonly parameters?: Readonly<Record<string, number>>
  /** The candidate's own text, for the numbers and comparisons in it. */
  readonly sourceText?: string
}

export interface CandidateLimits {
  readonly timeoutMs: number
  readonly concurrency: number
  /** Triggers that may wait for a free place; the stage reads no further while they do. */
  readonly queue: number
  /** This many failures in a row open the circuit for `circuitOpenMs`. */
  readonly circuitFailures: number
  readonly circuitOpenMs: number
}
