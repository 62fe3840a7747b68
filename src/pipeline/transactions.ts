import type { BusinessEvent } from '../model/business-event.ts'
import type { ChangeEvent, TransactionHeader } from '../model/change-event.ts'
import type { Position } from '../model/ids.ts'
import { firstIdleOrdinal } from '../model/log-point.ts'

export interface TransactionPart {
  readonly header: TransactionHeader
  readonly changes: readonly ChangeEvent[]
}

/** Changes in log order, one item a transaction. */
export const byTransaction = (changes: readonly ChangeEvent[]): readonly TransactionPart[] => {
  const parts: { header: TransactionHeader; changes: ChangeEvent[] }[] = []
  for (const change of changes) {
    const last = parts.at(-1)
    if (last?.header.position === change.transaction.position) last.changes.push(change)
    else parts.push({ header: change.transaction, changes: [change] })
  }
  return parts
}

/** What is known of a commit from one of its events alone. */
const headerOf = (event: BusinessEvent): TransactionHeader => ({
  source: event.source,
  position: event.position,
  id: '',
  beganAt: null,
  committedAt: event.occurredAt,
  capturedAt: event.occurredAt,
  count: 0,
  snapshot: false,
})

/**
 * Transactions with a change or an event, in log order. What an idle moment stated is none's: it comes behind the commit at its position, each event
 * for itself, and so it is the same whether that commit was looked at long before or is now.
 */
export const withTriggers = (
  parts: readonly TransactionPart[],
  events: readonly BusinessEvent[],
): readonly (TransactionPart & { readonly triggers: readonly BusinessEvent[] })[] => {
  const all = new Map<Position, TransactionPart & { readonly triggers: BusinessEvent[] }>()
  for (const part of parts) all.set(part.header.position, { ...part, triggers: [] })
  const [idle, committed] = [events.filter(isIdle), events.filter((event) => !isIdle(event))]
  for (const event of committed) {
    const part = all.get(event.position) ?? { header: headerOf(event), changes: [], triggers: [] }
    part.triggers.push(event)
    all.set(event.position, part)
  }
  const stated = idle.map((event) => ({ header: headerOf(event), changes: [], triggers: [event] }))
  // The sort keeps the order of equals.
  return [...all.values(), ...stated].sort((a, b) => comparePositions(a.header.position, b.header.position))
}

const isIdle = ({ ordinal }: BusinessEvent): boolean => ordinal >= firstIdleOrdinal

const comparePositions = (a: Position, b: Position): number => (a < b ? -1 : a === b ? 0 : 1)

/** A bound that excludes nothing at or after a position: some positions just before it may be let in. */
export const justBefore = (position: Position): Position => position.slice(0, -1) as Position
