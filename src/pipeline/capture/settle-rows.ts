import type { ChangeEvent, LegacyTransaction } from '../../model/change-event.ts'
import type { TableName } from '../../model/ids.ts'
import { rowAddress } from '../../ports/capture-store.ts'
import type { RowMemory } from './row-memory.ts'

const verdicts = { asSent: 0, create: 1, none: 2 } as const

/** How many changes are looked through for rows to fetch together. */
const fetchedTogether = 3_000

/**
 * Changes of tables of which only some rows are captured: an update of a row that is not stored brings it in, a delete of
 * one that is not stored is none. A snapshot is state, and stays as it is.
 */
export const settleRows = async (tables: ReadonlySet<TableName>, tx: LegacyTransaction, memory: RowMemory): Promise<LegacyTransaction> => {
  if (tables.size === 0 || tx.header.snapshot) return tx
  const judged = new Uint8Array(tx.header.count)
  const stored = new Map<string, boolean>()
  let at = 0
  let part: ChangeEvent[] = []
  const judge = async (): Promise<void> => {
    const asked = part.flatMap(({ table, key }) => (key !== null && tables.has(table) ? [{ table, key }] : []))
    if (asked.length > 0) await memory.fetch(asked)
    for (const change of part) judged[at++] = verdictOf(tables, change, stored, memory)
    if (asked.length > 0) memory.release()
    part = []
  }
  for (const change of tx.changes()) {
    part.push(change)
    if (part.length >= fetchedTogether) await judge()
  }
  await judge()
  return judged.every((verdict) => verdict === verdicts.asSent) ? tx : settledTransaction(tx, judged)
}

/** `stored` holds what this transaction itself has done to its rows so far. */
const verdictOf = (tables: ReadonlySet<TableName>, change: ChangeEvent, stored: Map<string, boolean>, memory: RowMemory): number => {
  const { table, key, op } = change
  if (key === null || !tables.has(table)) return verdicts.asSent
  const address = rowAddress(table, key)
  const isStored = stored.get(address) ?? (memory.rowOf(table, key) ?? null) !== null
  stored.set(address, op !== 'delete')
  if (isStored || op === 'create') return verdicts.asSent
  return op === 'delete' ? verdicts.none : verdicts.create
}

const settledTransaction = (tx: LegacyTransaction, judged: Uint8Array): LegacyTransaction => {
  const header = { ...tx.header, count: judged.reduce((count, verdict) => (verdict === verdicts.none ? count : count + 1), 0) }
  function* changes(): Generator<ChangeEvent, undefined> {
    let at = 0
    let ordinal = 0
    for (const change of tx.changes()) {
      const verdict = judged[at++]
      if (verdict === verdicts.none) continue
      const placed = { ...change, transaction: header, ordinal: ordinal++ }
      yield verdict === verdicts.create ? { ...placed, op: 'create', before: null, beforeKind: 'none' } : placed
    }
  }
  return { ...tx, header, changes }
}
