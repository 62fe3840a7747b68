import type { UnreadableRecord } from '../../src/model/change-event.ts'
import type { DebeziumBoundary, DebeziumChange } from './debezium-record.ts'
import type { Collecting } from './collected.ts'

/** The transaction that is put together now. */
export interface Head {
  readonly end: DebeziumBoundary
  /** In the log of the database; null: only its changes tell it. */
  readonly order: string | null
  /** Changes that are still to come, by captured table. */
  readonly left: Map<string, number>
  /** Changes that have come, by captured table. */
  readonly got: Map<string, number>
  readonly changes: Collecting
  readonly sinceMs: number
  /** How often had been looked for new partitions when its changes were all passed; null: they are not. */
  looks: number | null
  /** Behind the last change of each partition that it has changes in. */
  readonly offsets: Map<string, number>
  /** Records of it that could not be read. */
  readonly unreadable: UnreadableRecord[]
  /** How many of the records that were passed over lie before a change of it, by partition: they are of nothing later. */
  readonly settles: Map<string, number>
  /** Of its last change. */
  last: DebeziumChange | null
  /** Changes of it came that are known already. */
  isKnown: boolean
  lastLogOrder: string
}

/** The part of a transaction's id that all its records share: behind the colon PostgreSQL's connector writes a place of its own for each. */
export const sharedId = (id: string): string => {
  const colon = id.indexOf(':')
  return colon > 0 && colon < id.length - 1 && areDigits(id, 0, colon) && areDigits(id, colon + 1, id.length) ? id.slice(0, colon) : id
}

const [zero, nine] = [0x30, 0x39]

/** Asked of every change: a pattern takes longer. */
const areDigits = (text: string, from: number, to: number): boolean => {
  for (let at = from; at < to; at += 1) {
    const code = text.charCodeAt(at)
    if (code < zero || code > nine) return false
  }
  return true
}

/** End of a commit of PostgreSQL, as the end of its transaction tells it; null: another database's. */
export const endOrder = (id: string): string | null => {
  const match = /^\d+:(\d+)$/.exec(id)
  return match?.[1] === undefined ? null : BigInt(match[1]).toString(16).toUpperCase().padStart(16, '0')
}
