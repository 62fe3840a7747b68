import type { RunWorld } from '../shadow/candidate-run.ts'

/** Real timers for candidates that hang. */
export const candidateWorld: RunWorld = {
  schedule: (run, delayMs) => {
    const timer = setTimeout(run, delayMs)
    return () => clearTimeout(timer)
  },
  elapsedMs: () => performance.now(),
}
