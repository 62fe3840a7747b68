import type { Committed, History, StoredChange, TextRow, Write } from './history.ts'
import { markTable, rowAddress } from './history.ts'

/** What was promised and is not so. `workload`: the database itself, or the test, is at fault. */
export interface Breach {
  readonly kind: 'lost' | 'doubled' | 'invented' | 'torn' | 'value' | 'order' | 'snapshot' | 'final' | 'event' | 'workload'
  readonly what: string
}

interface Checking {
  readonly history: History
  readonly byId: ReadonlyMap<string, Committed>
  readonly breach: (kind: Breach['kind'], what: string) => void
}

/** One commit in the store. `from`: what the workload wrote, null for one that it never committed. */
interface Streamed {
  readonly position: string
  readonly changes: readonly StoredChange[]
  readonly from: Committed | null
}

const mostBreaches = 50

/**
 * Compares the store with what the workload committed and with the database's own tables: nothing lost, nothing doubled, nothing
 * made up or torn, every value, the order of each key, of each worker and of all that share the lock. Empty: all of it holds.
 */
export const checkHistory = (history: History): readonly Breach[] => {
  const breaches: Breach[] = []
  const checking: Checking = {
    history,
    byId: new Map(history.committed.map((one) => [one.id, one])),
    breach: (kind, what) => {
      if (breaches.length < mostBreaches) breaches.push({ kind, what })
    },
  }
  checkWorkload(checking)
  checkIdentity(checking)
  const lasting = { ...checking, history: { ...history, changes: lastingChanges(history) } }
  const before = inSnapshot(lasting)
  const streamed = streamedOf(lasting)
  checkPresence(lasting, before, streamed)
  checkOrder(lasting, before, streamed)
  checkRows(lasting, before, streamed)
  checkEvents(lasting, streamed)
  return breaches
}

/** The database keeps what it has confirmed, and its tables are what the transactions made of them. */
const checkWorkload = ({ history, byId, breach }: Checking): void => {
  for (const id of history.confirmed) if (!byId.has(id)) breach('workload', `the server has confirmed ${id} and forgotten it`)
  const expected = foldByVersion(history.committed).rows
  for (const [address, row] of history.final) {
    const difference = differing(expected.get(address), row)
    if (difference !== null) breach('workload', `${address} of the database: ${difference}`)
  }
  for (const address of expected.keys()) if (!history.final.has(address)) breach('workload', `${address} is not in the database`)
}

/** Each commit has one header and its changes, numbered without a gap; positions and ordinals ascend. */
const checkIdentity = ({ history, breach }: Checking): void => {
  const counts = new Map<string, number>()
  let last: string | null = null
  for (const { position, count } of history.transactions) {
    if (counts.has(position)) breach('doubled', `two headers at ${position}`)
    else if (last !== null && position < last) breach('order', `the header of ${position} comes after ${last}`)
    counts.set(position, count)
    last = position
  }
  const seen = new Map<string, number>()
  let at = ''
  for (const { position, ordinal } of history.changes) {
    if (position < at) breach('order', `a change of ${position} comes after ${at}`)
    at = position
    const next = seen.get(position) ?? 0
    if (ordinal !== next) breach(ordinal < next ? 'doubled' : 'torn', `change ${ordinal} of ${position} where ${next} was due`)
    seen.set(position, Math.max(next, ordinal) + 1)
  }
  for (const { position, count, snapshot } of history.transactions) {
    // The header of a snapshot counts its first part.
    if (!snapshot && seen.get(position) !== count) breach('torn', `${position} says ${count} changes and has ${seen.get(position) ?? 0}`)
  }
  for (const position of seen.keys()) if (!counts.has(position)) breach('torn', `${position} has no header`)
}

/** A snapshot that is begun anew first empties its tables: what was read of them before is no more. */
const lastingChanges = ({ transactions, changes }: History): readonly StoredChange[] => {
  const snapshots = new Set(transactions.flatMap(({ position, snapshot }) => (snapshot ? [position] : [])))
  const emptied = new Map<string, number>()
  for (const [at, { op, table, position }] of changes.entries()) if (op === 'truncate' && snapshots.has(position)) emptied.set(table, at)
  return changes.filter(({ table, position }, at) => !snapshots.has(position) || at > (emptied.get(table) ?? -1))
}

/** The transactions that the snapshot shows. */
const inSnapshot = ({ history, byId, breach }: Checking): ReadonlyMap<string, Committed> => {
  const found = new Map<string, Committed>()
  for (const change of history.changes) {
    if (change.op !== 'read' || change.table !== markTable) continue
    const from = byId.get(change.key)
    if (from === undefined) breach('invented', `${change.key} in the snapshot never committed`)
    else if (found.has(change.key)) breach('doubled', `${change.key} twice in the snapshot`)
    else found.set(change.key, from)
  }
  return found
}

const streamedOf = ({ history, byId }: Checking): readonly Streamed[] => {
  const byPosition = new Map<string, StoredChange[]>()
  for (const change of history.changes) {
    if (change.op === 'read') continue
    const changes = byPosition.get(change.position)
    if (changes === undefined) byPosition.set(change.position, [change])
    else changes.push(change)
  }
  return [...byPosition].map(([position, changes]) => {
    const mark = changes.find(({ op, table }) => op === 'create' && table === markTable)
    return { position, changes, from: (mark && byId.get(mark.key)) ?? null }
  })
}

const checkPresence = ({ history, breach }: Checking, before: ReadonlyMap<string, Committed>, streamed: readonly Streamed[]): void => {
  const seen = new Set(before.keys())
  for (const { position, changes, from } of streamed) {
    if (from === null) {
      breach('invented', `${position} (${changes.map(({ op, table, key }) => `${op} ${table} ${key}`).join(', ')}) never committed`)
      continue
    }
    if (seen.has(from.id)) breach('doubled', `${from.id} again at ${position}`)
    seen.add(from.id)
    checkWhole(position, changes, from.writes, breach)
  }
  for (const { id } of history.committed) if (!seen.has(id)) breach('lost', `${id} committed and is not in the store`)
}

/** All that it wrote, in the order in which it wrote. */
const checkWhole = (position: string, changes: readonly StoredChange[], writes: readonly Write[], breach: Checking['breach']): void => {
  const said = changes.map(({ op, table, key }) => `${op} ${table} ${key}`)
  const meant = writes.map(({ op, table, key }) => `${op} ${table} ${key}`)
  const at = meant.findIndex((write, place) => write !== said[place])
  if (at >= 0) breach('torn', `${position}: change ${at} is "${said[at]}" where "${meant[at]}" was written`)
  else if (said.length > meant.length) breach('torn', `${position}: "${said[meant.length]}" was never written`)
}

const checkOrder = ({ breach }: Checking, before: ReadonlyMap<string, Committed>, streamed: readonly Streamed[]): void => {
  const turns = new Map<number, number>()
  const versions = new Map<string, number>()
  let ticket = 0
  for (const one of before.values()) {
    ticket = Math.max(ticket, one.ticket ?? 0)
    turns.set(one.worker, Math.max(turns.get(one.worker) ?? 0, one.turn))
  }
  for (const { from } of streamed) {
    if (from === null) continue
    if (from.ticket !== null) {
      if (from.ticket <= ticket) breach('order', `${from.id} has ticket ${from.ticket} and comes after ${ticket}`)
      ticket = Math.max(ticket, from.ticket)
    }
    const turn = turns.get(from.worker) ?? 0
    if (from.turn <= turn) breach('order', `${from.id} comes after turn ${turn} of its worker`)
    turns.set(from.worker, Math.max(turn, from.turn))
    for (const { table, key, version } of from.writes) {
      const address = rowAddress(table, key)
      const last = versions.get(address) ?? 0
      if (version <= last) breach('order', `${address}: version ${version} in ${from.id} comes after ${last}`)
      versions.set(address, Math.max(version, last))
    }
  }
}

/** Every row of every change is what its transaction made of the row before; the last ones are the database's own. */
const checkRows = ({ history, breach }: Checking, before: ReadonlyMap<string, Committed>, streamed: readonly Streamed[]): void => {
  const fold = foldByVersion([...before.values()])
  const { rows } = fold
  const read = new Set<string>()
  for (const { op, table, key, row } of history.changes) {
    if (op !== 'read') continue
    const address = rowAddress(table, key)
    read.add(address)
    const difference = differing(rows.get(address), row)
    if (difference !== null) breach('snapshot', `${address}: ${difference}`)
  }
  for (const address of rows.keys()) if (!read.has(address)) breach('snapshot', `${address} is missing`)
  for (const { changes, from, position } of streamed) {
    for (const [place, write] of (from?.writes ?? []).entries()) {
      apply(fold, write)
      const change = changes[place]
      if (change === undefined || change.key !== write.key) continue
      const difference = differing(rows.get(rowAddress(write.table, write.key)), change.row)
      if (difference !== null) breach('value', `${rowAddress(write.table, write.key)} at ${position}: ${difference}`)
    }
  }
  checkFinal(history, breach)
}

/** The store's own newest rows, without a look at what was meant. */
const checkFinal = (history: History, breach: Checking['breach']): void => {
  const newest = new Map<string, TextRow>()
  for (const { table, key, row } of history.changes) {
    if (row === null) newest.delete(rowAddress(table, key))
    else newest.set(rowAddress(table, key), row)
  }
  for (const [address, row] of history.final) {
    const difference = differing(row, newest.get(address) ?? null)
    if (difference !== null) breach('final', `${address}: ${difference}`)
  }
  for (const address of newest.keys()) if (!history.final.has(address)) breach('final', `${address} is in the store alone`)
}

const checkEvents = ({ history, breach }: Checking, streamed: readonly Streamed[]): void => {
  const due = new Map(streamed.flatMap(({ from, position }) => (from === null ? [] : [[from.id, position] as const])))
  const keys = new Set<string>()
  const ids = new Set<string>()
  for (const { id, key, position } of history.events) {
    if (ids.has(id) || keys.has(key)) breach('event', `a second event of ${key}`)
    else if (!due.has(key)) breach('event', `an event of ${key}, which came by no stream`)
    else if (due.get(key) !== position) breach('event', `the event of ${key} is at ${position}, its transaction at ${due.get(key)}`)
    ids.add(id)
    keys.add(key)
  }
  for (const key of due.keys()) if (!keys.has(key)) breach('event', `no event of ${key}`)
}

interface Fold {
  readonly rows: Map<string, TextRow>
  /** The last row of each key that was deleted. */
  readonly deleted: Map<string, TextRow>
}

const apply = ({ rows, deleted }: Fold, { table, key, op, set, from }: Write): void => {
  const address = rowAddress(table, key)
  const row = rows.get(address)
  if (op === 'delete') {
    if (row !== undefined) deleted.set(address, row)
    rows.delete(address)
  } else if (op === 'update') rows.set(address, { ...row, ...set })
  else rows.set(address, from === undefined ? set : { ...deleted.get(rowAddress(table, from)), ...set })
}

/** Rows after these transactions, whatever order they come in. */
const foldByVersion = (committed: readonly Committed[]): Fold => {
  const fold: Fold = { rows: new Map(), deleted: new Map() }
  const writes = committed.flatMap((one) => one.writes).sort((a, b) => a.version - b.version)
  for (const write of writes) apply(fold, write)
  return fold
}

/** Columns that both have are compared: others came or went while the workload ran. Null: alike. */
const differing = (expected: TextRow | undefined, found: TextRow | null): string | null => {
  if (expected === undefined) return found === null ? null : 'it should not be there'
  if (found === null) return 'it is not there'
  for (const [name, value] of Object.entries(expected)) {
    if (name in found && found[name] !== value) return `${name} is ${shown(found[name])}, not ${shown(value)}`
    if (!(name in found) && !isPassing(name)) return `${name} is missing`
  }
  return null
}

/** Columns that a schema change adds and takes away again. */
const isPassing = (name: string): boolean => /^c\d+$/.test(name)

const shown = (value: string | null | undefined): string => JSON.stringify(value?.slice(0, 40) ?? value)
