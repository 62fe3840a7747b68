import type { Data } from './value.ts'

/** Something that the candidate meant to do to the world. Recorded and compared, never done. */
export interface IntendedEffect {
  readonly kind: string
  readonly payload: Data
}

export const failureReasons = [
  'threw',
  'timed-out',
  'wrong-shape',
  'circuit-open',
  /** A service could not be asked. */
  'unreachable',
  /** A service answers live only: it cannot be given the reads of another instant. */
  'not-replayable',
  /** In a replay a service used something that it was not given. */
  'unrecorded-read',
] as const
export type FailureReason = (typeof failureReasons)[number]

/** One answer to one trigger. Failing is an answer too. */
export type Observation =
  | { readonly kind: 'decided'; readonly answer: Data; readonly effects: readonly IntendedEffect[] }
  | { readonly kind: 'failed'; readonly reason: FailureReason; readonly message: string }
  | { readonly kind: 'absent'; readonly reason: 'time-limit' | 'end-of-input' }
