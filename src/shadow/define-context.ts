import type { BusinessEvent } from '../model/business-event.ts'
import type {
  CandidateLimits,
  CandidateTools,
  Context,
  Feed,
  Invariant,
  Logic,
  OlderVersion,
  Projection,
  Relation,
  pending,
} from '../model/context.ts'
import type { Comparison } from '../model/comparison.ts'
import type { Duration } from '../model/duration.ts'
import type { TransactionHeader } from '../model/change-event.ts'
import type { EpochMs } from '../model/ids.ts'
import { contextName, epochMs, tableName } from '../model/ids.ts'
import { hashText } from '../model/hash.ts'
import type { ReadRequest } from '../model/read.ts'
import type { Data } from '../model/value.ts'
import type { CandidateService } from '../ports/candidate-service.ts'
import { checkedMs, checkContext, invalid, limitsOf } from './check-context.ts'
import { readsWithTools } from './given-tools.ts'
import type { PolicyStatement } from './policy-logic.ts'
import { policyLogic } from './policy-logic.ts'
import type { NeededReads } from './service-candidate.ts'
import { serviceCandidate } from './service-candidate.ts'

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
  /** The candidate; an async function of the trigger's data and of what it may touch, or a service (`service(…)` of `banyan/adapters/http`). */
  readonly candidate: ((input: I, tools: ReadsOf<R> & CandidateTools) => A | Promise<A>) | CandidateService
  /** The reads that a service needs for a decision: they travel with the question. */
  readonly needs?: (input: I) => { readonly [Name in keyof R]?: { readonly keys?: readonly string[]; readonly groups?: readonly string[] } }
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
  /** By how much the clocks may be wrong that order the source's commits; left out, the log itself orders them. */
  readonly clockError?: Duration
  readonly compare?: Comparison
  readonly invariants?: readonly {
    readonly name: string
    readonly holds: (answer: A, trigger: BusinessEvent & { readonly data: I }) => boolean
  }[]
  /** Money at stake, in the smallest unit of its currency. */
  readonly exposure?: (trigger: BusinessEvent & { readonly data: I }) => number | null
  readonly limits?: Partial<CandidateLimits>
  /** What the documents say: the candidate's signature; undefined where they say nothing. Tells hidden rules from defects. */
  readonly specification?: (input: I, tools: ReadsOf<R> & CandidateTools) => A | undefined | Promise<A | undefined>
  /** The same as data: sentences of the documented policy, of which the first that applies counts. */
  readonly policy?: readonly PolicyStatement[]
  /** Code that decided before, with the instant at which it was replaced (ISO 8601). Its answers tell what a change of the code broke. */
  readonly olderVersions?: readonly {
    readonly version: string
    readonly candidate: (input: I, tools: ReadsOf<R> & CandidateTools) => A | Promise<A>
    readonly until?: string
  }[]
  /** What must hold between the answers to related questions. */
  readonly relations?: readonly Relation[]
  /** Releases and configuration changes of the legacy, `at` in ISO 8601. */
  readonly legacyChanges?: readonly { readonly at: string; readonly what: string }[]
  /** Numbers that the candidate takes from `parameters`. */
  readonly parameters?: Readonly<Record<string, number>>
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
  const candidate = options.candidate as CandidateOption
  if (typeof candidate !== 'function' && candidate?.kind !== 'service')
    throw invalid(name, 'candidate', 'has no candidate', 'give a function: candidate: async (order, { stock }) => …, or a service')
  const needs = neededReads(options.needs as ((input: never) => Needs) | undefined)
  const decided = decidedBy(candidate, { name, needs })
  const context: Context = {
    name: contextName(name),
    on: options.on,
    reads: options.reads,
    ...decided,
    ...(options.version === undefined ? {} : { candidateVersion: options.version }),
    shape: options.shape ?? null,
    legacy: {
      watch: options.legacy.watch as unknown as Context['legacy']['watch'],
      answer: options.legacy.answer as unknown as Context['legacy']['answer'],
      decidedAt: (options.legacy.decidedAt ?? null) as unknown as Context['legacy']['decidedAt'],
    },
    answersWithinMs: checkedMs(options.answersWithin, name, 'answersWithin'),
    settlesWithinMs: checkedMs(options.settlesWithin, name, 'settlesWithin'),
    maxTransactionMs: options.maxTransaction === undefined ? 0 : checkedMs(options.maxTransaction, name, 'maxTransaction'),
    ...(options.clockError === undefined ? {} : { clockErrorMs: checkedMs(options.clockError, name, 'clockError') }),
    compare: options.compare ?? {},
    invariants: (options.invariants ?? []) as unknown as readonly Invariant[],
    exposure: (options.exposure ?? null) as Context['exposure'],
    limits: limitsOf(name, options.limits ?? {}),
    ...specified(name, options as unknown as Specified, decided.candidate),
    olderVersions: (options.olderVersions ?? []).map(
      (older): OlderVersion => ({
        version: older.version,
        candidate: logicOf(older.candidate as Told),
        until: older.until === undefined ? null : checkedInstant(older.until, name, `olderVersions['${older.version}'].until`),
      }),
    ),
    relations: options.relations ?? [],
    legacyChanges: (options.legacyChanges ?? []).map(({ at, what }) => ({ at: checkedInstant(at, name, 'legacyChanges'), what })),
    parameters: options.parameters ?? {},
    needs,
  }
  checkContext(context)
  return context
}

interface Specified {
  readonly specification?: Told
  readonly policy?: readonly PolicyStatement[]
}

const specified = (context: string, { specification, policy }: Specified, candidate: Logic): Pick<Context, 'specification'> => {
  if (specification === undefined) return policy === undefined ? {} : { specification: policyLogic(policy, candidate) }
  if (policy === undefined) return { specification: logicOf(specification) }
  throw invalid(context, 'policy', 'has both a specification and a policy', 'write one of them')
}

/** What may decide in a context: a function of the trigger's data and its tools, or a service. */
export type CandidateOption = ((input: Data, tools: unknown) => unknown) | CandidateService

/** The same context with another candidate; what is known of the first one's code no longer holds. */
export const withCandidate = (context: Context, candidate: CandidateOption): Context => {
  const { sourceText: _, ...rest } = context
  return { ...rest, ...decidedBy(candidate, { name: context.name, needs: context.needs ?? null }) }
}

const decidedBy = (
  candidate: CandidateOption,
  { name, needs }: { readonly name: string; readonly needs: NeededReads | null },
): Pick<Context, 'candidate' | 'candidateVersion' | 'sourceText'> =>
  typeof candidate === 'function'
    ? { candidate: logicOf(candidate), candidateVersion: hashText(String(candidate)), sourceText: String(candidate) }
    : { candidate: serviceCandidate({ context: name, service: candidate, needs }), candidateVersion: hashText(candidate.where) }

/** Logic as people write it: one object holds the reads and the tools. */
type Told = (input: Data, tools: unknown) => unknown

const logicOf =
  (told: Told): Logic =>
  (input, tools, reads) =>
    told(input, readsWithTools(tools, reads))

/** Projection → keys and groups that a service needs. */
type Needs = Readonly<Record<string, { readonly keys?: readonly string[]; readonly groups?: readonly string[] } | undefined>>

const neededReads = (needs: ((input: never) => Needs) | undefined): NeededReads | null =>
  needs === undefined
    ? null
    : (input) => Object.entries(needs(input as never)).flatMap(([projection, some]) => requestsOf(projection, some))

const requestsOf = (projection: string, { keys = [], groups = [] }: Needs[string] = {}): readonly ReadRequest[] => [
  ...keys.map((key): ReadRequest => ({ projection, kind: 'key', key })),
  ...groups.map((key): ReadRequest => ({ projection, kind: 'group', key })),
]

const checkedInstant = (text: string, context: string, part: string): EpochMs => {
  const at = Date.parse(text)
  if (Number.isNaN(at)) throw invalid(context, part, `has '${text}' as an instant`, "write it as ISO 8601, e.g. '2026-03-01T09:30:00Z'")
  return epochMs(at)
}
