import type { EpochMs, Position } from '../model/ids.ts'
import type { Observation } from '../model/observation.ts'
import type { RecordedRead } from '../model/read.ts'
import type { Data } from '../model/value.ts'

/** Where a line stands in its file, from 1: for errors. */
interface Numbered {
  readonly line?: number
}

/**
 * A version of a row, or a value, that reached the candidate's store. By version: `position`, and `ordinal` where the transaction wrote
 * the row more than once. By value: `value`, null for a key that is absent. Both: the value of a version that the transactions lack.
 */
export interface DeliveredLine extends Numbered {
  readonly kind: 'delivered'
  /** The read's name in the context, e.g. `stock`; `inventory-promise/stock` where two contexts have reads of one name. */
  readonly projection: string
  /** The projection's own key. */
  readonly key: string
  /** When it was there, in the source's time. */
  readonly at: EpochMs
  readonly position?: Position
  readonly ordinal?: number
  readonly value?: Data
}

/** Everything up to a position of the log had been applied to a projection, in order. */
export interface FrontierLine extends Numbered {
  readonly kind: 'frontier'
  readonly projection: string
  readonly position: Position
  readonly at: EpochMs
}

/** A live answer that was recorded, instead of being computed. */
export interface RecordedAnswer {
  readonly observation: Observation
  readonly reads: readonly RecordedRead[]
  readonly candidateVersion?: string
  readonly tookMs?: number
}

/** When the candidate decided. Several lines of one key belong to its triggers in their order. */
export interface DecidedLine extends Numbered {
  readonly kind: 'decided'
  readonly context: string
  /** The trigger's journey key. */
  readonly key: string
  readonly at: EpochMs
  /** Read name → when it was read, where that is not `at`. */
  readonly readAt?: Readonly<Record<string, EpochMs>>
  readonly live?: RecordedAnswer
}

export type DeliveryLine = DeliveredLine | FrontierLine | DecidedLine

/** What a line is about, and when. */
export type DeliverySubject =
  | { readonly kind: 'delivered' | 'frontier'; readonly projection: string; readonly at: EpochMs }
  | { readonly kind: 'decided'; readonly context: string; readonly at: EpochMs }

/**
 * How a projection's store is filled. `in-order`: by frontier lines alone. `by-key`: by delivered lines (and frontiers); of two
 * versions of one key the `newest` stays whatever the order in which they came, or the one that came `last`.
 */
export type DeliveredFeed = { readonly filled: 'in-order' } | { readonly filled: 'by-key'; readonly applied: 'newest' | 'last' }

/** What a recording of deliveries speaks of. What it does not name is filled at once, and decided when it was captured. */
export interface DeclaredDeliveries {
  readonly feeds: Readonly<Record<string, DeliveredFeed>>
  /** Contexts whose decisions have lines. */
  readonly decided: readonly string[]
}

/** Recorded deliveries, read in the order of `at`. */
export interface DeliverySource {
  /** For people and errors: the file. */
  readonly name: string
  readonly declared: () => Promise<DeclaredDeliveries>
  /** Ascending by `at`, in parts of any size. Throws BanyanError fixture-invalid, with file and line. */
  readonly read: (signal: AbortSignal) => AsyncIterable<readonly DeliveryLine[]>
}

/** What lines declare by themselves: looked at once, in any order. `given` says how a feed's lines are applied, default `newest`. */
export const declaredBy = (
  lines: Iterable<DeliverySubject>,
  given: Readonly<Record<string, { readonly applied?: 'newest' | 'last' }>> = {},
): DeclaredDeliveries => {
  const feeds = new Map<string, DeliveredFeed>()
  const decided = new Set<string>()
  for (const [projection, { applied }] of Object.entries(given))
    if (applied !== undefined) feeds.set(projection, { filled: 'by-key', applied })
  for (const line of lines) {
    if (line.kind === 'decided') decided.add(line.context)
    else if (line.kind === 'delivered') {
      if (feeds.get(line.projection)?.filled !== 'by-key') feeds.set(line.projection, { filled: 'by-key', applied: 'newest' })
    } else if (!feeds.has(line.projection)) feeds.set(line.projection, { filled: 'in-order' })
  }
  return { feeds: Object.fromEntries(feeds), decided: [...decided] }
}
