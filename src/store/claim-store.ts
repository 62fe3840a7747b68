import { hostname } from 'node:os'
import process from 'node:process'
import { BanyanError } from '../model/errors.ts'
import type { ClaimStore, HeldStage, Member, MemberNumber, Membership } from '../ports/claim-store.ts'
import type { Database, DedicatedConnection, Session } from './database.ts'

const memberLock = 7_236_003
const claimLock = 7_236_004

/** The epochs of what this process has claimed, by stage. One that was lost stays: what is still under way must be refused. */
export type Epochs = Map<string, number>

/** Who is silent for so long towards its own server has lost it. Below that of a member whose sessions others end (`share-work`). */
const answerMs = 30_000

/** Members and claims are rows; that they are in force is said by advisory locks of the member's one session. */
export const claimStore = ({ database, epochs }: { readonly database: Database; readonly epochs: Epochs }): ClaimStore => ({
  members: () => database.run(readMembers),
  join: async () => {
    const connection = database.dedicated()
    try {
      const number = await connection.run((session) => enter(session, database.sessions))
      return membership(connection, { number, epochs, url: database.where })
    } catch (error) {
      await connection.close()
      throw error
    }
  },
})

const membership = (
  connection: DedicatedConnection,
  { number, epochs, url }: { readonly number: MemberNumber; readonly epochs: Epochs; readonly url: string },
): Membership => {
  const ask = <T>(work: (session: Session) => Promise<T>): Promise<T> => answered(connection, connection.run(work), url)
  return {
    number,
    look: (waitsFor) =>
      ask(async (session) => {
        await session.rows(`UPDATE banyan.members SET seen_at = ${now}, waits_for = $2 WHERE number = $1`, [number, waitsFor])
        const members = await readMembers(session)
        if (!members.some((member) => member.number === number)) throw sharedSession(url)
        return members
      }),
    claim: (stage) => ask((session) => claim(session, stage, epochs)),
    release: (stage) =>
      ask(async ({ rows }) => {
        await rows('SELECT pg_advisory_unlock($1, number) FROM banyan.claims WHERE stage = $2', [claimLock, stage])
      }),
    expel: (member) => ask(({ rows }) => rows(expel, [member])).then(() => undefined),
    [Symbol.asyncDispose]: connection.close,
  }
}

/** A connection that is half open would let a claim seem held for as long as the system takes to notice. */
const answered = async <T>(connection: DedicatedConnection, work: Promise<T>, where: string): Promise<T> => {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    connection.cut()
    const hint = 'start again: nothing that was committed is lost'
    late.reject(new BanyanError('store-unreachable', 'the store does not answer', { hint, where, retryable: true }))
  }, answerMs)
  try {
    return await Promise.race([work, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

const now = 'extract(epoch FROM clock_timestamp()) * 1000'

/** Advisory locks belong to a database, and the store to one. */
const held = `
  SELECT classid::bigint AS kind, objid::bigint AS number, pid FROM pg_locks
  WHERE locktype = 'advisory' AND granted AND objsubid = 2 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`

/** The lock comes before the row: a row without a lock is one of the dead, and anybody clears it away. */
const enter = async ({ rows }: Session, sessions: string): Promise<MemberNumber> => {
  await rows(`SET lock_timeout = '${claimWaitMs}ms'`, [])
  const [row] = await rows(
    `WITH next AS MATERIALIZED (SELECT nextval(pg_get_serial_sequence('banyan.members', 'number'))::int AS number)
     SELECT number, pg_try_advisory_lock($1, number) FROM next`,
    [memberLock],
  )
  const number = row?.[0] as MemberNumber
  const [mine] = await rows(`SELECT count(*)::int FROM (${held}) AS h WHERE kind = $1 AND pid = pg_backend_pid()`, [memberLock])
  if (mine?.[0] !== 1) throw sharedSession('')
  await rows(
    `INSERT INTO banyan.members (number, host, pid, sessions, since, seen_at, waits_for) OVERRIDING SYSTEM VALUE
     VALUES ($1, $2, $3, $4, ${now}, ${now}, '{}')`,
    [number, hostname(), process.pid, sessions],
  )
  await rows(`DELETE FROM banyan.members WHERE number NOT IN (SELECT number FROM (${held}) AS h WHERE kind = $1) AND number < $2`, [
    memberLock,
    number,
  ])
  return number
}

const sharedSession = (where: string): BanyanError =>
  new BanyanError('config-invalid', 'the store url leads through a pooler that lends one session to several processes', {
    hint: 'connect to the server itself, or set the pooler to session pooling',
    ...(where === '' ? {} : { where }),
  })

const readMembers = async ({ rows }: Session): Promise<readonly Member[]> => {
  const found = await rows(
    `WITH held AS MATERIALIZED (${held})
     SELECT m.number, m.host, m.pid, m.since, ${now} - m.seen_at, m.waits_for, c.stage, c.since
     FROM banyan.members m JOIN held l ON l.kind = $1 AND l.number = m.number
     LEFT JOIN (held h JOIN banyan.claims c ON c.number = h.number) ON h.kind = $2 AND h.pid = l.pid
     ORDER BY m.number, c.since, c.number`,
    [memberLock, claimLock],
  )
  const members = new Map<number, Member & { readonly holds: HeldStage[] }>()
  for (const cells of found) {
    const [number, host, pid, since, silentMs, waitsFor, stage, stageSince] = cells as readonly [
      MemberNumber,
      string,
      number,
      number,
      number,
      readonly string[],
      string | null,
      number,
    ]
    const member = members.get(number) ?? { number, host, pid, since, silentMs: Math.max(0, silentMs), waitsFor, holds: [] }
    if (stage !== null) member.holds.push({ stage, since: stageSince })
    members.set(number, member)
  }
  return [...members.values()]
}

/** A commit of the last holder that is under way is waited for; one that stands still is not. */
const claimWaitMs = 2_000
const lockTimeout = '55P03'

const claim = async ({ rows }: Session, stage: string, epochs: Epochs): Promise<boolean> => {
  const number = await claimNumber(rows, stage)
  const [lock] = await rows('SELECT pg_try_advisory_lock($1, $2)', [claimLock, number])
  if (lock?.[0] !== true) return false
  try {
    const [row] = await rows(`UPDATE banyan.claims SET epoch = epoch + 1, since = ${now} WHERE number = $1 RETURNING epoch`, [number])
    epochs.set(stage, Number(row?.[0]))
    return true
  } catch (error) {
    if ((error as { readonly code?: unknown }).code !== lockTimeout) throw error
    await rows('SELECT pg_advisory_unlock($1, $2)', [claimLock, number])
    return false
  }
}

const claimNumber = async (rows: Session['rows'], stage: string): Promise<number> => {
  const find = async (): Promise<number | null> => {
    const [row] = await rows('SELECT number FROM banyan.claims WHERE stage = $1', [stage])
    return row === undefined ? null : Number(row[0])
  }
  const known = await find()
  if (known !== null) return known
  await rows(`INSERT INTO banyan.claims (stage, epoch, since) VALUES ($1, 0, 0) ON CONFLICT DO NOTHING`, [stage])
  return (await find()) ?? 0
}

const expel = `
  SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity a JOIN banyan.members m ON m.sessions = a.application_name
  WHERE m.number = $1 AND a.datname = current_database() AND a.pid <> pg_backend_pid()`

/** First statement of a stage's commit, where this process has claimed the stage: whoever claims it next waits for the end of the commit. */
export const isInForce = async ({ rows }: Session, stage: string, epochs: ReadonlyMap<string, number>): Promise<boolean> => {
  const epoch = epochs.get(stage)
  if (epoch === undefined) return true
  return (await rows('SELECT FROM banyan.claims WHERE stage = $1 AND epoch = $2 FOR SHARE', [stage, epoch])).length === 1
}
