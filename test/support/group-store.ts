import type pg from 'pg'
import type { ResumeToken } from '../../src/model/ids.ts'
import type { History, TextRow } from './history/history.ts'

/** Where the members of a group keep what they read. */
export const groupTables = [
  'CREATE TABLE place (token text)',
  'INSERT INTO place VALUES (NULL)',
  'CREATE TABLE commits (n bigserial, position text, count int, snapshot bool, reader text)',
  'CREATE TABLE changes (n bigserial, position text, ordinal int, op text, name text, key text, row jsonb)',
].join(';')

export const inSession = async (client: pg.Client, work: () => Promise<void>): Promise<void> => {
  await client.query('BEGIN')
  try {
    await work()
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK')
    throw error
  }
}

export const placeOf = async (client: pg.Client): Promise<ResumeToken | null> =>
  (await client.query<{ readonly token: ResumeToken | null }>('SELECT token FROM place')).rows[0]?.token ?? null

/** Who wrote, in order, each as often as it followed another. */
export const readersIn = async (client: pg.Client): Promise<readonly string[]> => {
  const { rows } = await client.query<{ readonly reader: string }>('SELECT reader FROM commits ORDER BY n')
  return rows.map(({ reader }) => reader).filter((reader, at, all) => reader !== all[at - 1])
}

/** In the order in which it was written. */
export const groupHistory = async (client: pg.Client): Promise<Pick<History, 'transactions' | 'changes' | 'events'>> => {
  const commits = await client.query('SELECT position, count, snapshot FROM commits ORDER BY n')
  const changes = await client.query('SELECT position, ordinal, op, name, key, row FROM changes ORDER BY n')
  const seen = new Set<string>()
  return {
    // The parts of a snapshot share one position, and so one header.
    transactions: commits.rows.flatMap(({ position, count, snapshot }) => {
      if (snapshot === true && seen.has(String(position))) return []
      seen.add(String(position))
      return [{ position: String(position), count: Number(count), snapshot: snapshot === true }]
    }),
    changes: changes.rows.map(({ position, ordinal, op, name, key, row }) => ({
      position: String(position),
      ordinal: Number(ordinal),
      op: String(op),
      table: String(name),
      key: String(key),
      row: row as TextRow | null,
    })),
    events: [],
  }
}
