import type { BusinessEvent } from '../model/business-event.ts'
import type { EpochMs } from '../model/ids.ts'
import type { IntendedEffect } from '../model/observation.ts'
import type { LogPoint, ReadRequest, RecordedRead } from '../model/read.ts'
import type { Data } from '../model/value.ts'

/** One question to a candidate that is a service. */
export interface ServiceRequest {
  readonly context: string
  /** The decision's id, and the seed of its chance; the same in every replay. */
  readonly decision: string
  /** `live`: the service may read its own store. `replay`: only the reads that it is given. */
  readonly mode: 'live' | 'replay'
  /** The decision's instant, in the source's time. */
  readonly instant: EpochMs
  readonly trigger: BusinessEvent
  readonly reads: readonly RecordedRead[]
}

/** What the service says that it read, whoever gave it: by value (null when the key was absent), or by a version that it was given. */
export interface ServiceRead {
  readonly projection: string
  readonly key: string
  readonly saw: { readonly kind: 'value'; readonly value: Data } | { readonly kind: 'version'; readonly at: LogPoint }
}

/** What came back. Whatever goes wrong is a value: the pipeline decides what it means. */
export type ServiceReply =
  | {
      readonly kind: 'answered'
      readonly answer: Data
      readonly effects: readonly IntendedEffect[]
      readonly reads: readonly ServiceRead[]
      /** JSON Pointers into the trigger's data that were looked at, and `clock`; null when it does not say. */
      readonly inputs: readonly string[] | null
      readonly version: string | null
    }
  /** It can't answer before it has these, too. */
  | { readonly kind: 'needs'; readonly reads: readonly ReadRequest[] }
  /** It was asked and failed: that is its answer. */
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'malformed' | 'timed-out' | 'unreachable'; readonly message: string }

/** What a service says of itself. `acceptsReads`: it can be replayed. */
export type ServiceHello =
  | { readonly kind: 'hello'; readonly acceptsReads: boolean; readonly version: string | null }
  | { readonly kind: 'malformed' | 'timed-out' | 'unreachable'; readonly message: string }

/** A candidate outside this process. A decision ends when the signal is aborted, with the signal's reason thrown. */
export interface CandidateService {
  readonly kind: 'service'
  /** For people; without secrets. */
  readonly where: string
  /** Asked once, and again after a failure. Ends by itself. */
  readonly hello: () => Promise<ServiceHello>
  readonly decide: (request: ServiceRequest, signal: AbortSignal) => Promise<ServiceReply>
}
