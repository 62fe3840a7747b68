import type { SourceItem } from '../../model/change-event.ts'

const weight = (item: SourceItem): number => (item.kind === 'transaction' ? Math.max(1, item.header.count) : 1)

/**
 * Groups what a source yields while the consumer is busy: batches grow under load and are single when idle, so
 * neither throughput nor latency needs a timer. Reads at most about `limit` changes ahead, then leaves the source waiting.
 */
export async function* batches(items: AsyncIterable<SourceItem>, limit: number): AsyncGenerator<readonly SourceItem[], undefined> {
  let buffer: SourceItem[] = []
  let buffered = 0
  let done = false
  let failure: { readonly error: unknown } | null = null
  let wake: () => void = () => undefined
  let drained: () => void = () => undefined

  const pump = async (): Promise<void> => {
    try {
      for await (const item of items) {
        buffer.push(item)
        buffered += weight(item)
        wake()
        if (done) return
        if (buffered >= limit) await new Promise<void>((resolve) => (drained = resolve))
        if (done) return
      }
    } catch (error) {
      failure = { error }
    }
    done = true
    wake()
  }

  const pumping = pump()
  try {
    for (;;) {
      if (buffer.length === 0 && !done) await new Promise<void>((resolve) => (wake = resolve))
      if (buffer.length > 0) {
        const batch = buffer
        buffer = []
        buffered = 0
        drained()
        yield batch
        continue
      }
      if (failure !== null) throw (failure as { readonly error: unknown }).error
      if (done) return
    }
  } finally {
    done = true
    drained()
    wake()
    void pumping
  }
}
