import type { BusinessEvent } from '../../model/business-event.ts'
import type { TransactionHeader } from '../../model/change-event.ts'
import type { Context } from '../../model/context.ts'
import type { LegacyDecision } from '../../model/decision.ts'
import type { DecisionId, EpochMs } from '../../model/ids.ts'
import { epochMs } from '../../model/ids.ts'
import type { DecidedLine } from '../../ports/delivery-source.ts'
import type { TriggerLine } from './trigger-line.ts'

/** A trigger that the candidate is, or was, asked about. */
export interface Asked {
  readonly id: DecisionId
  readonly trigger: BusinessEvent
  /** When the candidate decides if nothing else is recorded. */
  readonly presumedAt: EpochMs
  decided: DecidedLine | null
}

/** The triggers without a verdict yet, and the recorded decisions that belong to them. */
export interface AskedDecisions {
  /** Decisions of a transaction; those that were not triggered by it are passed over. */
  readonly ask: (decision: Pick<LegacyDecision, 'id' | 'trigger'>, header: TransactionHeader) => void
  readonly decided: (line: DecidedLine) => void
  readonly of: (id: DecisionId) => Asked | undefined
  /** Everything that the candidate can have seen is there once all deliveries up to `at` are. */
  readonly isDecidedBy: (id: DecisionId, at: EpochMs) => boolean
  readonly done: (id: DecisionId) => void
  /** The commit of the oldest trigger; null when there is none. */
  readonly oldestAt: () => EpochMs | null
  /** Recorded decisions whose trigger has not come. */
  readonly unused: () => readonly DecidedLine[]
  readonly count: () => number
}

/** `isRecorded`: the context's decisions have lines. */
export const createAskedDecisions = (context: Context, isRecorded: boolean, line: TriggerLine): AskedDecisions => {
  const asked = new Map<DecisionId, Asked>()
  const waiting = new Map<string, Asked[]>()
  const early = new Map<string, DecidedLine[]>()
  let count = 0
  return {
    ask: ({ id, trigger }, header) => {
      if (trigger.position !== header.position || asked.has(id)) return
      const one: Asked = { id, trigger, presumedAt: presumedAt(context, header), decided: takeFirst(early, trigger.key) ?? null }
      asked.set(id, one)
      line.asked(id, trigger)
      count += 1
      if (isRecorded && one.decided === null) push(waiting, trigger.key, one)
    },
    decided: (line) => {
      const one = takeFirst(waiting, line.key)
      if (one === undefined) push(early, line.key, line)
      else one.decided = line
    },
    of: (id) => asked.get(id),
    isDecidedBy: (id, at) => {
      const one = asked.get(id)
      if (one === undefined) return true
      if (one.decided !== null) return Math.max(one.decided.at, ...Object.values(one.decided.readAt ?? {})) <= at
      // A recorded decision may come late, but not for ever: by then the candidate had decided, or never did.
      const latestAt = one.trigger.occurredAt + context.answersWithinMs + context.settlesWithinMs
      return (isRecorded ? Math.max(one.presumedAt, latestAt) : one.presumedAt) <= at
    },
    done: (id) => {
      const one = asked.get(id)
      if (one === undefined) return
      asked.delete(id)
      const others = waiting.get(one.trigger.key)
      if (others?.[0] === one) takeFirst(waiting, one.trigger.key)
    },
    oldestAt: () => asked.values().next().value?.trigger.occurredAt ?? null,
    unused: () => [...early.values()].flat(),
    count: () => count,
  }
}

/** When it was captured; what was captured from a backlog says nothing about a live run, and counts as captured at once. */
const presumedAt = ({ answersWithinMs }: Context, { committedAt, capturedAt }: TransactionHeader): EpochMs => {
  const lagMs = capturedAt - committedAt
  return epochMs(committedAt + (lagMs > 0 && lagMs <= answersWithinMs ? lagMs : 0))
}

const push = <T>(lists: Map<string, T[]>, key: string, item: T): void => {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [item])
  else list.push(item)
}

const takeFirst = <T>(lists: Map<string, T[]>, key: string): T | undefined => {
  const list = lists.get(key)
  const first = list?.shift()
  if (list?.length === 0) lists.delete(key)
  return first
}
