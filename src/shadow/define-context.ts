import type { BusinessEvent } from '../model/business-event.ts'
import type { CandidateLimits, CandidateTools, Context, Feed, Invariant, Projection, pending } from '../model/context.ts'
import type { Comparison } from '../model/comparison.ts'
import type { Duration } from '../model/duration.ts'
import type { TransactionHeader } from '../model/change-event.ts'
import type { EpochMs } from '../model/ids.ts'
import { contextName, tableName } from '../model/ids.ts'
import { hashText } from '../model/hash.ts'
import type { Data } from '../model/value.ts'
import { checkedMs, checkContext, invalid, limitsOf } from './check-context.ts'

/** A projection whose values' type is known to the compiler. */
export interface TypedProjection<V> extends Projection {
  readonly type?: V
}

/** {@link Reads} of one projection. */
export interface TypedReads<V> {
  readonly get: (key: string) => Promise<V | undefined>
  /** All entries of a group, ordered by key. */
  readonly group: (group: string) => Promise<readonly { readonly key: string; readonly value: V }[]>
}

type ReadsOf<R> = { readonly [Name in keyof R]: R[Name] extends TypedProjection<infer V> ? TypedReads<V> : never }

/** A watched transaction of one decision: only the rows of its key are in it. */
export interface WatchedTransactionView<S> {
  readonly header: TransactionHeader
  readonly created: <T extends keyof S & string>(table: T) => IteratorObject<S[T]>
  readonly updated: <T extends keyof S & string>(table: T) => IteratorObject<S[T]>
  readonly deleted: <T extends keyof S & string>(table: T) => IteratorObject<S[T]>
  readonly transitioned: <T extends keyof S & string, C extends keyof S[T] & string>(
    table: T,
    column: C,
    values?: { readonly from?: S[T][C]; readonly to?: S[T][C] },
  ) => IteratorObject<S[T]>
}

export interface ProjectionOptions<S, T extends keyof S & string, V> {
  readonly kind: Projection['kind']
  readonly from: T
  /** Must name one row. */
  readonly key: (row: S[T]) => string
  /** Rows that are read together. */
  readonly group?: (row: S[T]) => string
  readonly value: (row: S[T]) => V
  readonly feed: Feed
  /** A missed version older than this at the decision is stale data; younger is timing. Default: `settlesWithin`. */
  readonly freshWithin?: Duration
}

export interface ContextOptions<S, R, I, A> {
  /** Event type that triggers the decision. */
  readonly on: string
  readonly reads: R
  /** The candidate; an async function of the trigger's data and of what it may touch. */
  readonly candidate: (input: I, tools: ReadsOf<R> & CandidateTools) => A | Promise<A>
  /** Changes when the candidate's code does. Default: a hash of the function's own text. */
  readonly version?: string
  /** Refuses answers of a wrong shape, with the reason. */
  readonly shape?: (answer: unknown) => string | null
  readonly legacy: {
    readonly watch: { readonly [T in keyof S & string]?: (row: S[T]) => string | null }
    readonly answer: (
      transactions: readonly WatchedTransactionView<S>[],
      trigger: BusinessEvent & { readonly data: I },
    ) => A | typeof pending
    readonly decidedAt?: (transactions: readonly WatchedTransactionView<S>[]) => EpochMs | null
  }
  readonly answersWithin: Duration
  readonly settlesWithin: Duration
  /** Longest legacy transaction; left out, the legacy locks what it reads. */
  readonly maxTransaction?: Duration
  readonly compare?: Comparison
  readonly invariants?: readonly {
    readonly name: string
    readonly holds: (answer: A, trigger: BusinessEvent & { readonly data: I }) => boolean
  }[]
  /** Money at stake, in the smallest unit of its currency. */
  readonly exposure?: (trigger: BusinessEvent & { readonly data: I }) => number | null
  readonly limits?: Partial<CandidateLimits>
}

export interface ContextsOf<S> {
  readonly projection: <T extends keyof S & string, V>(options: ProjectionOptions<S, T, V>) => TypedProjection<V>
  readonly defineContext: <const R extends Readonly<Record<string, TypedProjection<unknown>>>, I, A>(
    name: string,
    options: ContextOptions<S, R, I, A>,
  ) => Context
}

/** Banyan applies the legacy's changes to the projection. `lag`: how late they are in an offline run whose deliveries do not tell. */
export const stream = ({ lag }: { readonly lag?: Duration } = {}): Feed => ({
  kind: 'stream',
  ...(lag === undefined ? {} : { lagMs: checkedMs(lag, 'stream', 'lag') }),
})

/** The candidate's own store, filled by others: asked for each key when the candidate reads it. */
export const external = (read: (key: string, signal: AbortSignal) => Promise<Data | undefined>): Feed => ({ kind: 'external', read })

/** `defineContext` and `projection`, typed by the tables of one legacy schema `interface Oms { ord_hdr: { … } }`. */
export const contextsFor = <S>(): ContextsOf<S> => ({ projection: defineProjection, defineContext })

const defineProjection = <S, T extends keyof S & string, V>(options: ProjectionOptions<S, T, V>): TypedProjection<V> => ({
  kind: options.kind,
  from: tableName(options.from),
  key: options.key as Projection['key'],
  group: (options.group ?? null) as Projection['group'],
  value: options.value as unknown as Projection['value'],
  feed: options.feed,
  freshWithinMs: options.freshWithin === undefined ? null : checkedMs(options.freshWithin, `projection of ${options.from}`, 'freshWithin'),
})

const defineContext = <S, R extends Readonly<Record<string, TypedProjection<unknown>>>, I, A>(
  name: string,
  options: ContextOptions<S, R, I, A>,
): Context => {
  const candidate = options.candidate as (input: Data, tools: unknown) => unknown
  if (typeof candidate !== 'function')
    throw invalid(name, 'candidate', 'has no candidate', 'give a function: candidate: async (order, { stock }) => …')
  const context: Context = {
    name: contextName(name),
    on: options.on,
    reads: options.reads,
    candidate: (input, tools, reads) => candidate(input, { ...reads, ...tools }),
    candidateVersion: options.version ?? hashText(String(candidate)),
    shape: options.shape ?? null,
    legacy: {
      watch: options.legacy.watch as unknown as Context['legacy']['watch'],
      answer: options.legacy.answer as unknown as Context['legacy']['answer'],
      decidedAt: (options.legacy.decidedAt ?? null) as unknown as Context['legacy']['decidedAt'],
    },
    answersWithinMs: checkedMs(options.answersWithin, name, 'answersWithin'),
    settlesWithinMs: checkedMs(options.settlesWithin, name, 'settlesWithin'),
    maxTransactionMs: options.maxTransaction === undefined ? 0 : checkedMs(options.maxTransaction, name, 'maxTransaction'),
    compare: options.compare ?? {},
    invariants: (options.invariants ?? []) as unknown as readonly Invariant[],
    exposure: (options.exposure ?? null) as Context['exposure'],
    limits: limitsOf(name, options.limits ?? {}),
  }
  checkContext(context)
  return context
}
