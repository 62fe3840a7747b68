import { randomBytes } from 'node:crypto'
import type { NodePgDatabase } from 'drizzle-orm/node-postgres'
import { drizzle } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import { BanyanError } from '../model/errors.ts'
import { storeError } from './store-error.ts'

/** One connection, seen both as the driver and through drizzle. */
export interface Session {
  readonly client: pg.ClientBase
  readonly orm: NodePgDatabase
  /** Rows as arrays; for what drizzle cannot say, or says too slowly. */
  readonly rows: (text: string, values: readonly unknown[]) => Promise<readonly (readonly unknown[])[]>
}

export interface Database {
  /** Where it is, for errors. */
  readonly where: string
  /** By what the server knows the sessions of this process that are on the store. */
  readonly sessions: string
  /** Resolves when the server lets us in. */
  readonly reach: () => Promise<void>
  /** On any connection of the pool. */
  readonly run: <T>(work: (session: Session) => Promise<T>) => Promise<T>
  /** One transaction on any connection of the pool. */
  readonly transaction: <T>(work: (session: Session) => Promise<T>) => Promise<T>
  /** A connection of its own, on which calls run one after another. */
  readonly dedicated: () => DedicatedConnection
  readonly close: () => Promise<void>
}

export interface DedicatedConnection {
  /** `fresh` may connect anew after the connection was lost; without it a lost connection stays lost, and with it its locks. */
  readonly run: <T>(work: (session: Session) => Promise<T>, fresh?: 'fresh') => Promise<T>
  readonly transaction: <T>(work: (session: Session) => Promise<T>) => Promise<T>
  readonly close: () => Promise<void>
  /** Ends the connection at once, whatever is under way on it. */
  readonly cut: () => void
}

const poolSize = 5
/** Waiting for a turn in the pool counts too, and a busy machine may make that long: only who is dead for so long is given up. */
const connectMs = 120_000

/** The system asks a peer that is silent for so long whether it is there; by itself it would wait for two hours. */
const keepAliveMs = 10_000

/** A server that is asked for the first time has nothing else to do for us. */
const firstConnectMs = 20_000

/** Opens nothing by itself; connections come with their first use. Every error leaves as a BanyanError without data or secrets. */
export const openDatabase = (config: pg.ClientConfig, where: string, reachMs: number = firstConnectMs): Database => {
  const sessionsName = `banyan ${randomBytes(6).toString('hex')}`
  const complete: pg.ClientConfig = {
    ...config,
    application_name: sessionsName,
    connectionTimeoutMillis: connectMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: keepAliveMs,
  }
  const pool = new pg.Pool({ ...complete, max: poolSize, idleTimeoutMillis: 30_000 })
  // A connection that breaks while idle is replaced by the pool; who needs it next hears of it.
  pool.on('error', () => undefined)
  // Only capture, on its dedicated connection, tells others to forget. What a stage loses with the server's power it does
  // again: batch and cursor are lost together, and never without all that came later.
  pool.on('connect', (client) => {
    // While it is lent out the pool does not listen to it: its query fails and tells, the event alone must not end the process.
    client.on('error', () => undefined)
    void client.query(`SET synchronous_commit = off; ${inIndexOrder}; ${quickCompression}`).catch(() => undefined)
  })
  const sessions = new WeakMap<pg.PoolClient, Session>()
  const opened: DedicatedConnection[] = []

  const run = async <T>(work: (session: Session) => Promise<T>): Promise<T> => {
    let client: pg.PoolClient | null = null
    let failed = false
    try {
      client = await pool.connect()
      const session = sessions.get(client) ?? sessionOf(client)
      sessions.set(client, session)
      return await work(session)
    } catch (error) {
      failed = !(error instanceof BanyanError)
      throw storeError(error, where)
    } finally {
      client?.release(failed)
    }
  }
  const reach = async (): Promise<void> => {
    const client = new pg.Client({ ...complete, connectionTimeoutMillis: reachMs })
    client.on('error', () => undefined)
    try {
      await client.connect()
      await client.end()
    } catch (error) {
      throw storeError(error, where)
    }
  }
  return {
    where,
    sessions: sessionsName,
    reach,
    run,
    transaction: (work) => retried(() => run((session) => inTransaction(session, work))),
    dedicated: () => {
      const connection = openDedicated(complete, where)
      opened.push(connection)
      return connection
    },
    close: async () => {
      await Promise.all(opened.map((connection) => connection.close()))
      await pool.end()
    },
  }
}

/** All that we read in pages we read in an index's order. A server without statistics yet takes tables for small, and would gather and sort what is left for each page. */
const inIndexOrder = 'SET enable_bitmapscan = off'

/** Bodies are long enough to be compressed, and the server's usual way is slow; not each server has the quick one. */
const quickCompression = `
  SELECT set_config(name, 'lz4', false) FROM pg_settings WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)`

const maxTries = 5

/** A victim of a deadlock has done nothing, and does it again: whoever it met is done by then. */
const retried = async <T>(attempt: () => Promise<T>): Promise<T> => {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt()
    } catch (error) {
      if (tries >= maxTries || !(error instanceof BanyanError) || error.code !== 'store-conflict' || !error.retryable) throw error
    }
  }
}

const openDedicated = (config: pg.ClientConfig, where: string): DedicatedConnection => {
  let session: Session | null = null
  let lost = false
  let turn: Promise<unknown> = Promise.resolve()

  const connect = async (): Promise<Session> => {
    const client = new pg.Client(config)
    const mine = sessionOf(client)
    client.on('error', () => {
      if (session === mine) session = null
      lost = true
    })
    await client.connect()
    session = mine
    lost = false
    return mine
  }
  const attempt = async <T>(work: (session: Session) => Promise<T>, fresh: boolean): Promise<T> => {
    if (session === null && lost && !fresh) {
      throw new BanyanError('store-unreachable', 'the connection to the store broke', {
        hint: 'start again: nothing that was committed is lost',
        where,
        retryable: true,
      })
    }
    try {
      return await work(session ?? (await connect()))
    } catch (error) {
      throw storeError(error, where)
    }
  }
  const run = <T>(work: (session: Session) => Promise<T>, fresh?: 'fresh'): Promise<T> => {
    const mine = turn.then(() => attempt(work, fresh !== undefined))
    turn = mine.catch(() => undefined)
    return mine
  }
  return {
    run,
    transaction: (work) => run((current) => inTransaction(current, work)),
    close: async () => {
      await turn
      if (session !== null) await (session.client as pg.Client).end().catch(() => undefined)
    },
    // The driver does not wait for an answer that is under way.
    cut: () => {
      if (session !== null) void (session.client as pg.Client).end().catch(() => undefined)
      session = null
      lost = true
    },
  }
}

const sessionOf = (client: pg.ClientBase): Session => ({
  client,
  orm: drizzle(client as pg.Client),
  rows: async (text, values) => (await client.query<unknown[]>({ text, values: [...values], rowMode: 'array' })).rows,
})

const inTransaction = async <T>(session: Session, work: (session: Session) => Promise<T>): Promise<T> => {
  await session.client.query('BEGIN')
  try {
    const result = await work(session)
    await session.client.query('COMMIT')
    return result
  } catch (error) {
    // The first error is the one to tell; a connection that is gone has rolled back by itself.
    await session.client.query('ROLLBACK').catch(() => undefined)
    throw error
  }
}
