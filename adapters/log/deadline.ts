export interface Deadline {
  readonly ms: number
  /** What is said when it has passed. */
  readonly error: () => Error
  /** Ends what still waits. */
  readonly cut: () => void
}

/** A peer that is gone without a word lets a question wait for ever: what takes longer is cut, and rejects. */
export const withinDeadline = async <T>({ ms, error, cut }: Deadline, work: () => Promise<T>): Promise<T> => {
  const passed = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    passed.reject(error())
    cut()
  }, ms)
  const working = work()
  working.catch(() => {})
  try {
    return await Promise.race([working, passed.promise])
  } finally {
    clearTimeout(timer)
  }
}

const answerMs = 30_000

/** For servers that are gone without a word while they are asked, which would be waited for without an end. Some answers may take `moreMs`. */
export const answering = ({
  cut,
  moreMs = 0,
  error,
}: Pick<Deadline, 'cut'> & {
  readonly moreMs?: number
  readonly error: (what: string, hint: string) => ReturnType<Deadline['error']>
}): Deadline => ({
  ms: answerMs + moreMs,
  cut,
  error: () => error('the server does not answer', 'the connection is dead, a firewall cuts it, or the server is stuck'),
})
