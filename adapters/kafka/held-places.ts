import type { PartitionRange } from './client.ts'
import { newSnapshotPlan, sourceError } from './failure.ts'
import type { Settings } from './options.ts'
import type { PartitionQueue } from './partition-queue.ts'
import { partitionId } from './place.ts'

/** @throws BanyanError source-position-lost where a partition no longer holds what comes next. */
export const checkHeld = (settings: Settings, { topic, partition, low, high }: PartitionRange, next: number): void => {
  const place = `${topic}[${partition}]`
  if (next < low) throw lost(settings, `${place} holds nothing before offset ${low} any more, and ${next} comes next`)
  if (next > high) throw lost(settings, `${place} ends at offset ${high}, before ${next}: it was deleted and made anew`)
}

/** Looks again at partitions that are being read. `received`: of each before `ranges` were asked. */
export const checkAllHeld = (
  settings: Settings,
  received: readonly { readonly queue: PartitionQueue; readonly next: number }[],
  ranges: readonly PartitionRange[],
): void => {
  const now = new Map(ranges.map((range) => [partitionId(range.topic, range.partition), range]))
  for (const { queue, next } of received) {
    const range = now.get(queue.id)
    if (range === undefined) throw lost(settings, `${queue.topic}, which was read, is gone`)
    // What is there no more may be on its way here; where nothing is there, nothing is.
    checkHeld(settings, range.low === range.high ? range : { ...range, low: 0 }, next)
  }
}

const lost = (settings: Settings, message: string): Error => sourceError(settings, 'source-position-lost', message, newSnapshotPlan)
