import type { Context } from '../model/context.ts'
import type { LegacyDecision } from '../model/decision.ts'
import type { DecisionId, Position } from '../model/ids.ts'
import { epochMs } from '../model/ids.ts'
import { afterTransaction, comparePoints } from '../model/log-point.ts'
import type { LogPoint } from '../model/read.ts'
import { createDueHeap } from './due-heap.ts'
import type { DueHeap } from './due-heap.ts'
import type { JoinedTransaction } from './fold-answer.ts'

export type PairingContext = Pick<Context, 'name' | 'legacy' | 'answersWithinMs' | 'settlesWithinMs' | 'maxTransactionMs'>

/** A decision in memory, with its transactions in log order. */
export interface TrackedDecision {
  decision: LegacyDecision
  readonly joined: JoinedTransaction[]
}

/** The decisions that may still change, and when they will by the passing of time alone. */
export interface PairingMemory {
  /** A new decision; passed over when it is known. */
  readonly open: (decision: LegacyDecision) => void
  /** A stored decision; passed over when it is known. */
  readonly track: (decision: LegacyDecision, joined: JoinedTransaction[]) => void
  readonly update: (item: TrackedDecision, decision: LegacyDecision) => void
  /** The decision that watched rows of a key belong to: of several the one triggered last. */
  readonly byKey: (key: string) => TrackedDecision | undefined
  /** Settles and gives up what was due before an instant. */
  readonly pass: (at: number) => void
  readonly end: () => void
  /** A transaction is done with. */
  readonly paired: (position: Position) => void
  readonly lastPaired: () => Position | null
  readonly takeChanged: () => readonly LegacyDecision[]
  readonly earliestUnsettled: () => LogPoint
  readonly forgetSettled: () => void
  readonly size: () => number
}

interface State {
  readonly context: PairingContext
  readonly tracked: Map<DecisionId, TrackedDecision>
  readonly byKey: Map<string, TrackedDecision>
  readonly due: DueHeap<TrackedDecision>
  readonly forgettable: DueHeap<TrackedDecision>
  changed: Map<DecisionId, LegacyDecision>
  lastPosition: Position
  now: number
}

export const createPairingMemory = (context: PairingContext, lastPosition: Position): PairingMemory => {
  const state: State = {
    context,
    tracked: new Map(),
    byKey: new Map(),
    due: createDueHeap(),
    forgettable: createDueHeap(),
    changed: new Map(),
    lastPosition,
    now: Number.NEGATIVE_INFINITY,
  }
  return {
    open: (decision) => {
      if (state.tracked.has(decision.id)) return
      track(state, decision, [])
      state.changed.set(decision.id, decision)
    },
    track: (decision, joined) => {
      if (!state.tracked.has(decision.id)) track(state, decision, joined)
    },
    update: (item, decision) => update(state, item, decision),
    byKey: (key) => state.byKey.get(key),
    pass: (at) => pass(state, at),
    end: () => {
      for (const item of state.tracked.values()) {
        if (item.decision.state === 'open') giveUp(state, item, 'end-of-input')
        else update(state, item, { ...item.decision, state: 'settled' })
      }
    },
    paired: (position) => {
      // What is stated at a place that was passed takes nobody back.
      if (position > state.lastPosition) state.lastPosition = position
    },
    lastPaired: () => (state.lastPosition === '' ? null : state.lastPosition),
    takeChanged: () => {
      const changed = [...state.changed.values()]
      state.changed = new Map()
      return changed
    },
    earliestUnsettled: () => earliestUnsettled(state),
    forgetSettled: () => forgetSettled(state),
    size: () => state.tracked.size,
  }
}

const dueAt = ({ context }: State, { decision }: TrackedDecision): number =>
  decision.state === 'open' ? decision.trigger.occurredAt + context.answersWithinMs : (decision.answeredAt ?? 0) + context.settlesWithinMs

const enqueue = (state: State, item: TrackedDecision): void => {
  if (item.decision.state !== 'settled') state.due.add(dueAt(state, item), item)
  else state.forgettable.add(state.now + state.context.answersWithinMs + state.context.settlesWithinMs, item)
}

const track = (state: State, decision: LegacyDecision, joined: JoinedTransaction[]): void => {
  const item: TrackedDecision = { decision, joined }
  state.tracked.set(decision.id, item)
  const rival = state.byKey.get(decision.trigger.key)
  if (rival === undefined || comparePoints(rival.decision.trigger, decision.trigger) <= 0) {
    state.byKey.set(decision.trigger.key, item)
    // Asked again before it was answered: from here on the rows of this key answer the later question.
    if (rival?.decision.state === 'open') giveUp(state, rival, 'time-limit')
  }
  enqueue(state, item)
}

const update = (state: State, item: TrackedDecision, decision: LegacyDecision): void => {
  const before = item.decision.state
  item.decision = decision
  state.changed.set(decision.id, decision)
  if (before !== decision.state) enqueue(state, item)
}

const giveUp = (state: State, item: TrackedDecision, reason: 'time-limit' | 'end-of-input'): void => {
  const limitAt = epochMs(dueAt(state, item))
  update(state, item, {
    ...item.decision,
    state: 'settled',
    observation: { kind: 'absent', reason },
    // All that was paired before the limit passed: the same point however the input is cut.
    asOf: afterTransaction(state.lastPosition),
    decidedAt: limitAt,
    answeredAt: limitAt,
  })
}

const pass = (state: State, at: number): void => {
  state.now = Math.max(state.now, at)
  for (let item = state.due.takeBefore(at); item !== undefined; item = state.due.takeBefore(at)) {
    // An item is queued anew for each state that it enters; only the entry of its present state counts.
    if (item.decision.state === 'settled' || dueAt(state, item) >= at) continue
    if (item.decision.state === 'open') giveUp(state, item, 'time-limit')
    else update(state, item, { ...item.decision, state: 'settled' })
  }
}

const earliestUnsettled = (state: State): LogPoint => {
  let earliest = afterTransaction(state.lastPosition)
  for (const { decision, joined } of state.tracked.values()) {
    if (decision.state === 'settled') continue
    const point = decision.asOf ?? joined[0]?.start
    if (point !== undefined && comparePoints(point, earliest) < 0) earliest = point
  }
  return earliest
}

const forgetSettled = (state: State): void => {
  for (let item = state.forgettable.takeBefore(state.now); item !== undefined; item = state.forgettable.takeBefore(state.now)) {
    const { decision } = item
    if (decision.state !== 'settled') continue
    state.tracked.delete(decision.id)
    if (state.byKey.get(decision.trigger.key) === item) state.byKey.delete(decision.trigger.key)
  }
}
