import { setTimeout as delay } from 'node:timers/promises'
import { BanyanError } from '../../src/model/errors.ts'

/** When a broken connection is tried again, and when no more. */
export interface Retries {
  /** Something new has come: what failed before is over. */
  readonly succeeded: () => void
  /** Waits before the next try. False: the declared time is over, or the signal is aborted. */
  readonly wait: (signal: AbortSignal) => Promise<boolean>
}

export interface RetriesOptions {
  /** How long to try since the first failure without a success; 0: never. */
  readonly forMs: number
  /** In [0, 1). */
  readonly random?: () => number
  readonly nowMs?: () => number
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>
}

const firstMs = 200
const mostMs = 15_000

const sleeping = async (ms: number, signal: AbortSignal): Promise<void> => {
  await delay(ms, undefined, { signal }).catch(() => {})
}

/**
 * Exponential back-off with full jitter: readers that lost one server together do not come back together. The last try is
 * made when the declared time is over, not before.
 */
export const retries = ({ forMs, random = Math.random, nowMs = Date.now, sleep = sleeping }: RetriesOptions): Retries => {
  let failures = 0
  let giveUpAtMs = 0
  return {
    succeeded: () => {
      failures = 0
    },
    wait: async (signal) => {
      const now = nowMs()
      if (failures === 0) giveUpAtMs = now + forMs
      if (signal.aborted || now >= giveUpAtMs) return false
      const longestMs = Math.min(mostMs, firstMs * 2 ** Math.min(failures, 30))
      failures += 1
      await sleep(Math.min(random() * longestMs, giveUpAtMs - now), signal)
      return !signal.aborted
    },
  }
}

/** The same failure, after trying in vain for as long as was declared. */
export const gaveUp = (error: BanyanError, forMs: number): BanyanError => {
  if (forMs === 0) return error
  const { code, message, hint, where, retryable } = error
  return new BanyanError(code, `${message}; tried again for ${Math.round(forMs / 1000)} s`, {
    hint,
    ...(where === null ? {} : { where }),
    retryable,
    cause: error,
  })
}
