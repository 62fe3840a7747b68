import pg from 'pg'
import { decode } from '../../../src/model/canonical.ts'
import type { Data } from '../../../src/model/value.ts'
import type { History, StoredChange, StoredEvent, StoredTransaction, TextRow } from './history.ts'
import { rowAddress } from './history.ts'
import type { Workload, WorkloadSession } from './workload.ts'
import { committedOf } from './workload.ts'

/** The store's own tables, past every layer of Banyan that could mend what it reads. */
export const readStore = async (store: pg.ClientConfig): Promise<Pick<History, 'transactions' | 'changes' | 'events'>> => {
  const client = new pg.Client(store)
  await client.connect()
  try {
    const rows = async (sql: string): Promise<readonly Record<string, unknown>[]> => (await client.query(sql)).rows
    const transactions = await rows('SELECT position, change_count, snapshot FROM banyan.transactions ORDER BY position')
    const changes = await rows(
      `SELECT position, ordinal, op, name, key, after FROM banyan.changes JOIN banyan.source_tables t ON t.id = table_id ORDER BY position, ordinal`,
    )
    const events = await rows('SELECT id, position, key FROM banyan.events ORDER BY position, ordinal')
    return { transactions: transactions.map(transactionOf), changes: changes.map(changeOf), events: events.map(eventOf) }
  } finally {
    await client.end()
  }
}

const transactionOf = (row: Record<string, unknown>): StoredTransaction => ({
  position: String(row['position']),
  count: Number(row['change_count']),
  snapshot: row['snapshot'] === true,
})

const eventOf = (row: Record<string, unknown>): StoredEvent => ({
  id: String(row['id']),
  position: String(row['position']),
  key: String(row['key']),
})

const ops: Readonly<Record<string, string>> = { c: 'create', r: 'read', u: 'update', d: 'delete', t: 'truncate', m: 'message' }

const changeOf = (row: Record<string, unknown>): StoredChange => {
  const [key] = row['key'] === null ? [null] : (decode(String(row['key'])) as readonly Data[])
  return {
    position: String(row['position']),
    ordinal: Number(row['ordinal']),
    op: ops[String(row['op'])] ?? String(row['op']),
    table: String(row['name']),
    key: String(key),
    row: row['after'] === null ? null : textRow(decode(String(row['after'])) as Readonly<Record<string, Data>>),
  }
}

const textRow = (row: Readonly<Record<string, Data>>): TextRow =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === null ? null : String(value)]))

/** What the database says of itself when the workload has stopped. */
export const readLegacy = async (session: WorkloadSession): Promise<Pick<History, 'committed' | 'final'>> => {
  const committed = (await session.rows('SELECT id, worker, turn, ticket, writes FROM log')).map(committedOf)
  const final = new Map<string, TextRow>()
  for (const table of ['mark', 'item'])
    for (const row of await session.rows(`SELECT * FROM ${table}`)) final.set(rowAddress(table, row['id'] ?? ''), row)
  return { committed, final }
}

export interface HistoryOptions {
  readonly workload: Workload
  readonly connect: () => Promise<WorkloadSession>
  readonly store: pg.ClientConfig
}

/** Everything about a workload that has stopped. */
export const readHistory = async ({ workload, connect, store }: HistoryOptions): Promise<History> => {
  const session = await connect()
  try {
    return { confirmed: workload.confirmed(), ...(await readLegacy(session)), ...(await readStore(store)) }
  } finally {
    session.close()
  }
}
