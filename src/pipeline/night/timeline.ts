import type { EpochMs } from '../../model/ids.ts'
import type { CauseLabel, NightContext } from '../../model/night.ts'

interface Slot {
  decisions: number
  readonly byCause: Map<CauseLabel, number>
}

const maxBuckets = 48

/** Counts per span of time in bounded memory: when there are too many spans, two become one. */
export const createTimeline = (): {
  readonly add: (at: EpochMs, label: CauseLabel | null) => void
  readonly buckets: () => NightContext['timeline']
} => {
  let spanMs = 60_000
  let slots = new Map<number, Slot>()

  const slotAt = (index: number): Slot => {
    const slot = slots.get(index) ?? { decisions: 0, byCause: new Map() }
    slots.set(index, slot)
    return slot
  }
  const merge = (into: Slot, from: Slot): void => {
    into.decisions += from.decisions
    for (const [label, count] of from.byCause) into.byCause.set(label, (into.byCause.get(label) ?? 0) + count)
  }
  const widen = (): void => {
    spanMs *= 2
    const narrow = slots
    slots = new Map()
    for (const [index, slot] of narrow) merge(slotAt(Math.floor(index / 2)), slot)
  }

  return {
    add: (at, label) => {
      const slot = slotAt(Math.floor(at / spanMs))
      slot.decisions += 1
      if (label !== null) slot.byCause.set(label, (slot.byCause.get(label) ?? 0) + 1)
      while (slots.size > maxBuckets) widen()
    },
    buckets: () =>
      [...slots.entries()]
        .sort(([a], [b]) => a - b)
        .map(([index, slot]) => ({
          at: new Date(index * spanMs).toISOString(),
          decisions: slot.decisions,
          byCause: Object.fromEntries(slot.byCause),
        })),
  }
}
