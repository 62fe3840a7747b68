import type { LogPoint } from '../model/read.ts'
import type { ShadowStore } from '../ports/shadow-store.ts'
import { shadowStage } from '../ports/shadow-store.ts'
import { toBody } from './body.ts'
import type { Database } from './database.ts'
import type { Dictionary } from './dictionary.ts'
import { insertNew } from './insert-new.ts'
import { eventColumns, toEvent, toStoredEvent } from './event-row.ts'
import { moveCursor, readCursor } from './stage-cursor.ts'

export interface StageParts {
  readonly database: Database
  readonly dictionary: Dictionary
  /** What this process has claimed. */
  readonly epochs: ReadonlyMap<string, number>
}

/** Before every event of the log. */
const start: LogPoint = { position: '' as LogPoint['position'], ordinal: 0 }

export const shadowStore = ({ database, dictionary, epochs }: StageParts): ShadowStore => ({
  stageCursor: async (stage) => (await database.run((session) => readCursor(session, stage)))?.at ?? null,
  commitStage: (stage, expected, next) => database.run((session) => moveCursor(session, { stage, expected, next, epochs })),
  readEvents: async ({ source, types, after, upTo, limit }) => {
    const id = await dictionary.knownSourceId(source)
    if (id === null) return []
    const from = after ?? start
    return database.run(async ({ rows }) => {
      const found = await rows(
        `SELECT ${eventColumns.join(', ')} FROM banyan.events
         WHERE source_id = $1 AND position >= $2 AND (position, ordinal) > ($2, $3) AND position <= $4 AND type = ANY ($5)
         ORDER BY source_id, position, ordinal, id LIMIT $6`,
        [id, from.position, after === null ? -1 : from.ordinal, upTo, types, limit],
      )
      return found.map((cells) => toEvent(source, cells))
    })
  },
  eventsBehind: async ({ source, types, after, limit }) => {
    const id = await dictionary.knownSourceId(source)
    if (id === null) return { events: [], seen: after }
    return database.run(async ({ rows }) => {
      // Asked first: what is stored behind it meanwhile is the next look's.
      const [row] = await rows('SELECT max(place) FROM banyan.events WHERE source_id = $1', [id])
      const last = typeof row?.[0] === 'string' ? BigInt(row[0]) : null
      if (last === null || (after !== null && last <= after)) return { events: [], seen: after }
      const found = await rows(
        `SELECT ${eventColumns.join(', ')}, place FROM banyan.events
         WHERE source_id = $1 AND place > $2 AND place <= $3 AND type = ANY ($4) ORDER BY source_id, place LIMIT $5`,
        [id, String(after ?? 0), String(last), types, limit],
      )
      const events = found.map((cells) => toStoredEvent(source, cells))
      return { events, seen: events.length < limit ? last : (events.at(-1)?.place ?? last) }
    })
  },
  commitShadow: ({ context, expected, next, decisions }) =>
    database.transaction(async (session) => {
      await moveCursor(session, { stage: shadowStage(context), expected, next, epochs })
      await insertNew(session, {
        table: 'decisions',
        columns: ['id', 'context', 'body'],
        items: decisions,
        id: (decision) => decision.id,
        cells: (decision) => [decision.id, decision.context, toBody(decision)],
      })
    }),
})
