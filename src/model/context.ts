import type { ContextName, EpochMs, TableName } from './ids.ts'
import type { BusinessEvent } from './business-event.ts'
import type { Comparison } from './comparison.ts'
import type { IntendedEffect } from './observation.ts'
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
  readonly candidate: (input: Data, tools: CandidateTools, reads: Readonly<Record<string, Reads>>) => unknown
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
  readonly compare: Comparison
  readonly invariants: readonly Invariant[]
  /** Money at stake in a decision, in the smallest unit of its currency; null when unknown. */
  readonly exposure: ((trigger: BusinessEvent) => number | null) | null
  readonly limits: CandidateLimits
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
