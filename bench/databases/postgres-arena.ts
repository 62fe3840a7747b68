import { join } from 'node:path'
import pg from 'pg'
import { startLegacyServer } from '../../test/support/legacy-server.ts'
import { ordersSchema } from '../capture/orders.ts'
import { captureApart } from './capture-apart.ts'
import type { SourceOrder, Sourced } from './source-process.ts'

/** How much each figure reads, in parts of about 100,000 changes. */
export interface Sizes {
  readonly parts: number
  readonly largeParts: number
  readonly snapshotRows: number
  readonly bigTransactionRows: number
  readonly steadySeconds: number
}

/** One legacy server with the tables of the capture bench, and a store of its own for each that captures from it. */
export interface PostgresArena extends AsyncDisposable {
  readonly url: string
  readonly orderOf: (slot: string) => SourceOrder
  readonly capture: (slot: string, tables?: readonly string[]) => Promise<Sourced>
  readonly query: (...statements: readonly string[]) => Promise<void>
}

export const openPostgresArena = async (folder: string): Promise<PostgresArena> => {
  const server = await startLegacyServer({ settings: { max_wal_size: '16GB' } })
  const { url, stop } = server
  const query = (...statements: readonly string[]): Promise<void> => queryAll(url, statements)
  const orderOf = (slot: string): SourceOrder => ({ kind: 'postgres', url, slot, folder: join(folder, slot) })
  const capture: PostgresArena['capture'] = (slot, tables) =>
    captureApart({ ...orderOf(slot), ...(tables === undefined ? {} : { tables }) })
  try {
    await query(ordersSchema)
    return { url, orderOf, capture, query, [Symbol.asyncDispose]: stop }
  } catch (error) {
    await stop()
    throw error
  }
}

const queryAll = async (url: string, statements: readonly string[]): Promise<void> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    for (const sql of statements) await client.query(sql)
  } finally {
    await client.end()
  }
}
