import type { EpochMs } from '../model/ids.ts'
import { publishStage } from '../ports/publish-store.ts'
import type { Store } from '../ports/store.ts'
import type { PipelineConfig } from './config.ts'

/** How far the publication of a stream is, in the source's time. */
export interface StreamStatus {
  readonly name: string
  /** Events that are still to be published. */
  readonly waiting: number
  /** Since the oldest of them happened; 0 when none waits. */
  readonly behindMs: number
  /** What subscribers were promised; null: nothing. */
  readonly freshWithinMs: number | null
  /** The promise is not kept at this instant. */
  readonly isLate: boolean
}

/** By what the store has heard of the sink; the sink itself is not asked. */
export const publishStatus = async ({
  config,
  store,
  now,
}: {
  readonly config: PipelineConfig
  readonly store: Store
  readonly now: EpochMs
}): Promise<readonly StreamStatus[]> => {
  const { publish: sink, source } = config
  if (sink === undefined) return []
  const statuses: StreamStatus[] = []
  for (const stream of sink.streams) {
    const published = await store.publishPoint(publishStage(sink.name, stream))
    const after = published === null ? null : await store.placeOf(published.event)
    const { events, oldestAt } = await store.publishLag({ source: source.name, stream, after })
    const behindMs = oldestAt === null ? 0 : Math.max(0, now - oldestAt)
    const isLate = stream.freshWithinMs !== null && behindMs > stream.freshWithinMs
    statuses.push({ name: stream.name, waiting: events, behindMs, freshWithinMs: stream.freshWithinMs, isLate })
  }
  return statuses
}
