import type { LiveDecision } from '../../model/decision.ts'
import type { DecisionId } from '../../model/ids.ts'
import { comparePoints } from '../../model/log-point.ts'
import type { BusinessEvent } from '../../model/business-event.ts'
import type { RecordedRead } from '../../model/read.ts'
import type { Following } from '../classify/feed-window.ts'
import { tellingReads } from '../classify/feed-window.ts'

/** The triggers of a context in log order, with what the candidate read of stores that others fill. */
export interface TriggerLine {
  readonly asked: (id: DecisionId, trigger: BusinessEvent) => void
  readonly decided: (live: LiveDecision) => void
  /** A decision and those that were triggered after it; of one that is not remembered itself alone. */
  readonly from: (live: LiveDecision) => Iterable<Following>
}

interface Place extends Following {
  readonly trigger: BusinessEvent
  reads: readonly RecordedRead[] | null
}

/** Decided ones that are kept for a late answer; those that wait for their answer are kept besides. */
const remembered = 20_000

export const createTriggerLine = (): TriggerLine => {
  let line: Place[] = []
  const places = new Map<DecisionId, Place>()
  let decided = 0
  /** Now and then, for it takes a look at all. */
  const forgetOldest = (): void => {
    if (decided < 2 * remembered) return
    const firstOpen = line.findIndex((place) => place.reads === null)
    const kept = line.slice(Math.max(0, Math.min(firstOpen < 0 ? line.length : firstOpen, line.length) - remembered))
    const isKept = new Set(kept)
    for (const [id, place] of places) if (!isKept.has(place)) places.delete(id)
    decided -= line.length - kept.length
    line = kept
  }
  return {
    asked: (id, trigger) => {
      const place: Place = { trigger, occurredAt: trigger.occurredAt, reads: null }
      let at = line.length
      while (at > 0 && comparePoints((line[at - 1] as Place).trigger, trigger) > 0) at -= 1
      line.splice(at, 0, place)
      places.set(id, place)
    },
    decided: (live) => {
      const place = places.get(live.id)
      if (place === undefined || place.reads !== null) return
      place.reads = tellingReads(live)
      decided += 1
      forgetOldest()
    },
    from: function* (live) {
      const place = places.get(live.id)
      if (place === undefined) {
        yield { occurredAt: live.trigger.occurredAt, reads: tellingReads(live) }
        return
      }
      for (let at = indexOf(line, place); at < line.length; at++) yield line[at] as Place
    },
  }
}

const indexOf = (line: readonly Place[], { trigger }: Place): number => {
  let [low, high] = [0, line.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (comparePoints((line[middle] as Place).trigger, trigger) < 0) low = middle + 1
    else high = middle
  }
  return low
}
