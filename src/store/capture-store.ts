import { asc, desc, lte } from 'drizzle-orm'
import { setTimeout as sleep } from 'node:timers/promises'
import type { DeadLetter } from '../model/dead-letter.ts'
import type { ChangeEvent } from '../model/change-event.ts'
import type { SourceName } from '../model/ids.ts'
import type { JourneyState } from '../model/journey.ts'
import type { CaptureBatch, CaptureCursor, CaptureStore } from '../ports/capture-store.ts'
import { fromBody, toBody } from './body.ts'
import { captureTaken, countFewerEvents, moveCaptureCursor, readCaptureCursor } from './capture-cursor.ts'
import type { ChangePack } from './change-pack.ts'
import { changePack } from './change-pack.ts'
import { changeCopyColumns, transactionCopyColumns, transactionLine } from './change-row.ts'
import { copyRows } from './copy-rows.ts'
import type { CaptureWatch } from './captured.ts'
import type { Database, Session } from './database.ts'
import { upsertDeadLetters } from './dead-letter.ts'
import type { Dictionary } from './dictionary.ts'
import { insertNew } from './insert-new.ts'
import { eventCells, eventColumns } from './event-row.ts'
import type { RecentChanges } from './recent-changes.ts'
import { answerRereads, rereadAsks } from './reread-asks.ts'
import { latestRows } from './row-as-of.ts'
import { deadLetters, journeys } from './schema.ts'
import { readTableVersions, writeTableVersions } from './table-versions.ts'
import { lastById, upsert } from './upsert.ts'

const captureLock = 7_236_002
const lockPatienceMs = 3_000

export interface CaptureParts {
  readonly database: Database
  readonly dictionary: Dictionary
  readonly recent: RecentChanges
  /** Told after each commit. */
  readonly committed: (source: SourceName, cursor: CaptureCursor) => void
  readonly watch: Pick<CaptureWatch, 'forget'>
}

/**
 * Capture has a connection of its own: commits run beside the reads of other stages, and it holds the lock that keeps
 * a second capture from clearing away the chunks of this one.
 */
export const captureStore = ({ database, dictionary, recent, committed, watch }: CaptureParts): CaptureStore => {
  const connection = database.dedicated()
  /** Changes appended since the last commit: they are counted when they become visible. */
  const appended = new Map<SourceName, number>()
  const pack = (source: SourceName): ChangePack => changePack({ source, dictionary, isHeld: recent.isRead(source) })
  const packedOf = async (source: SourceName, changes: CaptureBatch['changes']): Promise<ChangePack> => {
    if (!isList(changes)) return changes as ChangePack
    const packed = pack(source)
    await packed.add(changes)
    return packed
  }

  return {
    ...rereadAsks(database, dictionary),
    ...captureReads(database, dictionary),
    openCapture: async (source, { keepSnapshot = false } = {}) => {
      const sourceId = await dictionary.sourceId(source)
      appended.delete(source)
      recent.forget(source)
      const cursor = await connection.run(async (session) => {
        if (!(await lockCapture(session, sourceId))) throw captureTaken(source)
        return reopen(session, sourceId, keepSnapshot)
      }, 'fresh')
      // Who follows in this process must not take the end of an earlier run for that of this one.
      if (cursor !== null) committed(source, cursor)
      return cursor
    },
    closeCapture: async (source) => {
      const sourceId = await dictionary.sourceId(source)
      appended.delete(source)
      recent.forget(source)
      // A connection that broke has let go of it already.
      await connection.run((session) => unlockCapture(session, sourceId)).catch(() => undefined)
      watch.forget(source)
    },
    packChanges: pack,
    commitCapture: async (batch) => {
      const sourceId = await dictionary.sourceId(batch.source)
      const packed = await packedOf(batch.source, batch.changes)
      await connection.transaction(async (session) => {
        const changes = packed.count() + (appended.get(batch.source) ?? 0)
        await moveCaptureCursor(session, sourceId, batch, { transactions: batch.transactions.length, changes, events: batch.events.length })
        const events = await writeBatch(session, sourceId, packed, batch)
        if (events !== batch.events.length) await countFewerEvents(session, sourceId, batch.events.length - events)
      })
      recent.committed(batch, appended.delete(batch.source) ? null : packed.held)
      committed(batch.source, batch.cursor)
    },
    appendChanges: async (source, changes) => {
      const packed = await packedOf(source, changes)
      await connection.transaction((session) => copyChanges(session, packed))
      appended.set(source, (appended.get(source) ?? 0) + changes.length)
    },
  }
}

type CaptureReads = Pick<
  CaptureStore,
  'latestRows' | 'journeyStates' | 'journeysDue' | 'deadLetters' | 'deadLettersBehind' | 'tableVersions' | 'lastEventOrdinal'
>

const captureReads = (database: Database, dictionary: Dictionary): CaptureReads => ({
  latestRows: (source, keys) => latestRows(database, dictionary, source, keys),
  journeyStates: (keys) => database.run((session) => journeyStates(session, keys)),
  journeysDue: (at, limit) =>
    database.run(async ({ orm }) => {
      const due = await orm
        .select({ body: journeys.body })
        .from(journeys)
        .where(lte(journeys.dueAt, at))
        .orderBy(asc(journeys.dueAt), asc(journeys.journey), asc(journeys.key))
        .limit(limit)
      return due.map(({ body }) => fromBody<JourneyState>(body))
    }),
  lastEventOrdinal: async (source, position) => {
    const id = await dictionary.knownSourceId(source)
    const values = [id, position]
    const [row] = await database.run(({ rows }) =>
      rows('SELECT max(ordinal) FROM banyan.events WHERE source_id = $1 AND position = $2', values),
    )
    return (row?.[0] ?? null) as number | null
  },
  deadLettersBehind: async (source, after, limit) => {
    const id = await dictionary.knownSourceId(source)
    const values = [id, after?.position ?? '', after?.id ?? '', limit]
    const found = await database.run(({ rows }) =>
      rows(
        `SELECT body FROM banyan.dead_letters WHERE source_id = $1 AND (position, id) > ($2, $3)
         ORDER BY source_id, position, id LIMIT $4`,
        values,
      ),
    )
    return found.map(([body]) => fromBody<DeadLetter>(body as string))
  },
  deadLetters: (limit) =>
    database.run(async ({ orm }) => {
      const found = await orm
        .select({ body: deadLetters.body })
        .from(deadLetters)
        .orderBy(desc(deadLetters.position), desc(deadLetters.id))
        .limit(limit)
      return found.map(({ body }) => fromBody<DeadLetter>(body))
    }),
  tableVersions: (source) => readTableVersions(database, dictionary, source),
})

/** The server frees the lock of a killed capture when it notices its death, which may take a moment. */
const lockCapture = async ({ rows }: Session, sourceId: number): Promise<boolean> => {
  for (const until = Date.now() + lockPatienceMs; ; ) {
    const [row] = await rows('SELECT pg_try_advisory_lock($1, $2)', [captureLock, sourceId])
    if (row?.[0] === true) return true
    if (Date.now() > until) return false
    await sleep(20)
  }
}

/** A lock is to be given back as often as it was taken, which the server alone knows. */
const unlockCapture = async ({ rows }: Session, sourceId: number): Promise<void> => {
  const isHeld = async (): Promise<boolean> => {
    const found = await rows(
      `SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = $1::oid AND objid = $2::oid AND objsubid = 2
         AND pid = pg_backend_pid() AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      [captureLock, sourceId],
    )
    return found.length > 0
  }
  while (await isHeld()) await rows('SELECT pg_advisory_unlock($1, $2)', [captureLock, sourceId])
}

/** Clears what no cursor covers, and says where capture stands. An ended capture is open again. */
const reopen = async (session: Session, sourceId: number, keepSnapshot: boolean): Promise<CaptureCursor | null> => {
  const cursor = await readCaptureCursor(session, sourceId)
  if (cursor === null || (cursor.phase === 'snapshot' && !keepSnapshot)) {
    for (const table of ['changes', 'transactions', 'events', 'dead_letters', 'table_versions', 'capture_cursors']) {
      await session.rows(`DELETE FROM banyan.${table} WHERE source_id = $1`, [sourceId])
    }
    return null
  }
  await session.rows('DELETE FROM banyan.changes WHERE source_id = $1 AND position > $2', [sourceId, cursor.position])
  if (cursor.phase !== 'ended') return cursor
  await session.rows(`UPDATE banyan.capture_cursors SET phase = 'stream' WHERE source_id = $1`, [sourceId])
  return { ...cursor, phase: 'stream' }
}

const isList = (changes: CaptureBatch['changes']): changes is readonly ChangeEvent[] => Array.isArray(changes)

const copyChanges = (session: Session, packed: ChangePack, onSending: () => void = () => undefined): Promise<number> =>
  copyRows(session.client, `banyan.changes (${changeCopyColumns})`, packed.chunks(), { onSending })

/** All but the cursor, in one fixed order of tables, so that no two commits can wait for each other. Gives the number of new events. */
const writeBatch = async (session: Session, sourceId: number, packed: ChangePack, batch: CaptureBatch): Promise<number> => {
  if (batch.transactions.length > 0) {
    const lines = batch.transactions.map((header) => transactionLine(sourceId, header))
    await copyRows(session.client, `banyan.transactions (${transactionCopyColumns})`, lines)
  }
  if (packed.count() > 0) await copyChanges(session, packed, batch.onUnderWay)
  const events = await insertNew(session, {
    table: 'events',
    columns: eventColumns,
    items: batch.events,
    id: (event) => event.id,
    cells: (event) => eventCells(sourceId, event),
  })
  await upsert(session, {
    table: 'journeys',
    columns: ['journey', 'key', 'due_at', 'body'],
    rows: lastById(batch.journeys, (state) => `${state.journey}\u0000${state.key}`).map((state) => [
      state.journey,
      state.key,
      state.dueAt,
      toBody(state),
    ]),
    onConflict: '(journey, key) DO UPDATE SET due_at = excluded.due_at, body = excluded.body',
  })
  await upsertDeadLetters(session, () => sourceId, batch.deadLetters)
  await writeTableVersions(session, sourceId, batch.tableVersions ?? [])
  await answerRereads(session, sourceId, batch.reread ?? [])
  return events
}

const journeyStates = async ({ rows }: Session, keys: Parameters<CaptureStore['journeyStates']>[0]): Promise<readonly JourneyState[]> => {
  const found = await rows(
    'SELECT j.body FROM unnest($1::text[], $2::text[]) AS asked (journey, key) JOIN banyan.journeys j USING (journey, key)',
    [keys.map((asked) => asked.journey), keys.map((asked) => asked.key)],
  )
  return found.map(([body]) => fromBody<JourneyState>(body as string))
}
