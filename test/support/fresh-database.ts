import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'
import type {} from './global-setup.ts'

export interface FreshDatabase {
  readonly url: string
  readonly name: string
  /** Drops the database with its replication slots, after cutting every session of it. */
  readonly drop: () => Promise<void>
}

/** An empty database on the shared server, for one test file. */
export const freshDatabase = async (serverUrl: string = inject('legacyUrl')): Promise<FreshDatabase> => {
  const name = `test_${randomBytes(6).toString('hex')}`
  await asSuperuser(serverUrl, (client) => client.query(`CREATE DATABASE ${name}`))
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return { url: url.href, name, drop: () => asSuperuser(serverUrl, (client) => dropDatabase(client, name)) }
}

const dropDatabase = async (client: pg.Client, name: string): Promise<void> => {
  for (let attempt = 0; ; attempt += 1) {
    await client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()', [name])
    try {
      await client.query('SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = $1', [name])
      await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
      return
    } catch (error) {
      // A terminated walsender holds its slot until its process is gone.
      if (attempt >= 100) throw error
      await client.query('SELECT pg_sleep(0.05)')
    }
  }
}

const asSuperuser = async (url: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}

/** Drops a slot, if it is there, after ending whoever reads it. */
export const dropSlot = (url: string, slot: string): Promise<void> =>
  asSuperuser(url, async (client) => {
    for (let attempt = 0; ; attempt += 1) {
      const { rows } = await client.query('SELECT active_pid FROM pg_replication_slots WHERE slot_name = $1', [slot])
      if (rows.length === 0) return
      if (rows[0].active_pid !== null) await client.query('SELECT pg_terminate_backend($1)', [rows[0].active_pid])
      try {
        await client.query('SELECT pg_drop_replication_slot($1)', [slot])
        return
      } catch (error) {
        if (attempt >= 100) throw error
        await client.query('SELECT pg_sleep(0.02)')
      }
    }
  })
