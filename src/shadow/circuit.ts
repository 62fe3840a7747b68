import type { CandidateLimits } from '../model/context.ts'
import type { EpochMs } from '../model/ids.ts'

/** Keeps a candidate that only fails from being run for nothing. Time is real time, as an argument. */
export interface Circuit {
  /** False while the circuit is open. After its time one run is let through to try. */
  readonly admits: (now: EpochMs) => boolean
  readonly succeeded: () => void
  readonly failed: (now: EpochMs) => void
  readonly state: (now: EpochMs) => 'closed' | 'open' | 'half-open'
}

/** Opens after `circuitFailures` failures in a row, for `circuitOpenMs`; then one trial decides. */
export const createCircuit = (limits: Pick<CandidateLimits, 'circuitFailures' | 'circuitOpenMs'>): Circuit => {
  let failures = 0
  let openUntil: number | null = null
  let trialUntil: number | null = null
  const stateAt = (now: EpochMs): 'closed' | 'open' | 'half-open' => {
    if (openUntil === null) return 'closed'
    return now < openUntil || (trialUntil !== null && now < trialUntil) ? 'open' : 'half-open'
  }
  return {
    state: stateAt,
    admits: (now) => {
      const state = stateAt(now)
      // A trial that never reports back must not keep the circuit open for ever.
      if (state === 'half-open') trialUntil = now + limits.circuitOpenMs
      return state !== 'open'
    },
    succeeded: () => {
      failures = 0
      openUntil = null
      trialUntil = null
    },
    failed: (now) => {
      failures += 1
      trialUntil = null
      if (failures >= limits.circuitFailures) openUntil = now + limits.circuitOpenMs
    },
  }
}
