/** Resolves after so long, or when the signal is aborted; at once for no time at all. */
export const pause = (forMs: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (forMs === 0 || signal.aborted) return resolve()
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, forMs)
    signal.addEventListener('abort', done, { once: true })
  })
