import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BanyanError } from '../model/errors.ts'
import { hashText } from '../model/hash.ts'
import type { Database, Session } from './database.ts'

interface Migration {
  readonly number: number
  readonly name: string
  readonly sql: string
  readonly checksum: string
}

const migrationsFolder = join(import.meta.dirname, 'migrations')
const migrationLock = 7_236_001

/** Brings the store to this code's version in one transaction; several processes may do so at once. */
export const migrate = async (database: Database, where: string, folder: string = migrationsFolder): Promise<void> => {
  const migrations = await readMigrations(folder)
  const [known] = await database.run((session) => session.rows(`SELECT to_regclass('banyan.migrations') IS NOT NULL`, []))
  if (known?.[0] === true) {
    const missing = await database.run((session) => pending(session, migrations, where))
    if (missing.length === 0) return
  }
  await database.transaction(async (session) => {
    await session.rows('SELECT pg_advisory_xact_lock($1)', [migrationLock])
    await session.client.query(`
      CREATE SCHEMA IF NOT EXISTS banyan;
      CREATE TABLE IF NOT EXISTS banyan.migrations (
        number integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now()
      )`)
    for (const migration of await pending(session, migrations, where)) {
      await session.client.query(migration.sql)
      const { number, name, checksum } = migration
      await session.rows('INSERT INTO banyan.migrations (number, name, checksum) VALUES ($1, $2, $3)', [number, name, checksum])
    }
  })
}

const pending = async (session: Session, migrations: readonly Migration[], where: string): Promise<readonly Migration[]> => {
  const applied = await session.rows('SELECT number, checksum FROM banyan.migrations ORDER BY number', [])
  for (const [number, checksum] of applied) {
    const mine = migrations.find((migration) => migration.number === number)
    if (mine === undefined) {
      throw new BanyanError('store-version', `the store was written by a newer Banyan (its schema is at ${number})`, {
        hint: 'update Banyan, or use another store',
        where,
      })
    }
    if (mine.checksum !== checksum) {
      throw new BanyanError('store-version', `migration ${mine.name} of the store is not the one of this Banyan`, {
        hint: 'use the Banyan that made the store, or another store',
        where,
      })
    }
  }
  return migrations.filter((migration) => !applied.some(([number]) => number === migration.number))
}

const readMigrations = async (folder: string): Promise<readonly Migration[]> => {
  const names = (await readdir(folder)).filter((name) => /^\d{4}_.*\.sql$/.test(name)).sort()
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(join(folder, name), 'utf8')
      return { number: Number(name.slice(0, 4)), name, sql, checksum: hashText(sql) }
    }),
  )
}
