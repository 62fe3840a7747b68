import { drawFrom } from './draw.ts'
import type { Committed, History, StoredChange, StoredEvent, StoredTransaction, TextRow, Write } from './history.ts'
import { rowAddress } from './history.ts'
import { drawWrites, markOf, ownAfter, sharedRows } from './writes.ts'

const workers = 3

/** A history without a breach, made without any database: what a faithful store would hold. */
export const madeHistory = (seed: number, commits: number): History => {
  const draw = drawFrom(seed)
  const own = Array.from({ length: workers + 1 }, (): ReadonlySet<string> => new Set())
  const turns = Array.from({ length: workers + 1 }, () => 0)
  let version = 1
  let ticket = 1
  const committed: Committed[] = [{ id: 'w9-1', worker: 9, turn: 1, ticket, writes: [markOf('w9-1', 9, 1), ...sharedRows()] }]
  while (committed.length < commits) {
    const worker = 1 + draw.below(workers)
    const turn = (turns[worker] ?? 0) + 1
    turns[worker] = turn
    const ticketed = draw.chance(0.4)
    if (ticketed) ticket += 1
    const id = `w${worker}-${turn}`
    const writer = { draw, worker, own: own[worker] ?? new Set(), nextVersion: () => (version += 1), column: null }
    const writes = [markOf(id, worker, turn), ...drawWrites(writer, ticketed)]
    own[worker] = ownAfter(own[worker] ?? new Set(), writes, worker)
    committed.push({ id, worker, turn, ticket: ticketed ? ticket : null, writes })
  }
  return storedOf(committed, Math.floor(commits / 4))
}

const positionOf = (at: number): string => `e:${String(at).padStart(8, '0')}`

const storedOf = (committed: readonly Committed[], inSnapshot: number): History => {
  const rows = new Map<string, TextRow>()
  const gone = new Map<string, TextRow>()
  const transactions: StoredTransaction[] = []
  const changes: StoredChange[] = []
  const events: StoredEvent[] = []
  for (const [at, { id, writes }] of committed.entries()) {
    const position = positionOf(at + 1)
    const made = writes.map((write, ordinal): StoredChange => {
      const { op, table, key } = write
      return { position, ordinal, op, table, key, row: applied(rows, gone, write) }
    })
    if (at === inSnapshot - 1) changes.push(...snapshotOf(rows, position))
    if (at === inSnapshot - 1) transactions.push({ position, count: changes.length, snapshot: true })
    if (at < inSnapshot) continue
    changes.push(...made)
    transactions.push({ position, count: made.length, snapshot: false })
    events.push({ id: `event of ${id}`, position, key: id })
  }
  return { confirmed: committed.map(({ id }) => id), committed, final: rows, transactions, changes, events }
}

/** The row that the write leaves; of a changed key the row goes along. */
const applied = (rows: Map<string, TextRow>, gone: Map<string, TextRow>, { table, key, op, set, from }: Write): TextRow | null => {
  const address = rowAddress(table, key)
  if (op === 'delete') {
    gone.set(address, rows.get(address) ?? {})
    rows.delete(address)
    return null
  }
  const base = op === 'update' ? rows.get(address) : gone.get(rowAddress(table, from ?? ''))
  const row = { ...base, ...set }
  rows.set(address, row)
  return row
}

const snapshotOf = (rows: ReadonlyMap<string, TextRow>, position: string): readonly StoredChange[] =>
  [...rows].map(([address, row], ordinal): StoredChange => {
    const [table = '', key = ''] = address.split(' ')
    return { position, ordinal, op: 'read', table, key, row }
  })
