import { setImmediate as nextTurn } from 'node:timers/promises'

const turnMs = 2

/**
 * For long loops: null, or after a while something to wait for, so that others get their turn. A live candidate that waits for its reads
 * is not to wait for a backlog of another stage too.
 */
export const createTurns = (): (() => Promise<unknown> | null) => {
  let fromMs = performance.now()
  return () => {
    if (performance.now() - fromMs < turnMs) return null
    return nextTurn().then(() => {
      fromMs = performance.now()
    })
  }
}
