import { epochMs, position } from '../model/ids.ts'
import type { EventId } from '../model/ids.ts'
import type { Data } from '../model/value.ts'
import type { PublishPoint, PublishStore } from '../ports/publish-store.ts'
import { publishStage } from '../ports/publish-store.ts'
import type { Session } from './database.ts'
import { eventColumns, toEvent } from './event-row.ts'
import type { StageParts } from './shadow-store.ts'
import { moveCursor, readCursor, stageTaken } from './stage-cursor.ts'

export const publishStore = ({ database, dictionary }: StageParts): PublishStore => {
  const point = (sink: string): Promise<PublishPoint | null> => database.run((session) => pointOf(session, sink))
  const placeOf = (event: EventId): Promise<bigint | null> => database.run((session) => placeIn(session, event))
  return {
    publishPoint: point,
    placeOf,
    eventsAfter: async (source, place, limit) => {
      const id = await dictionary.knownSourceId(source)
      if (id === null) return []
      return database.run(async ({ rows }) => {
        const found = await rows(
          `SELECT ${eventColumns.join(', ')}, place FROM banyan.events WHERE source_id = $1 AND place > $2 ORDER BY source_id, place LIMIT $3`,
          [id, String(place ?? 0), limit],
        )
        return found.map((cells) => ({ event: toEvent(source, cells), place: BigInt(String(cells[eventColumns.length])) }))
      })
    },
    commitPublished: (sink, expected, next) =>
      database.transaction(async (session) => {
        const stored = await pointOf(session, sink)
        if (stored?.event !== expected?.event) throw stageTaken(publishStage(sink))
        await moveCursor(session, {
          stage: publishStage(sink),
          expected: expected === null ? null : { position: expected.position, ordinal: 0 },
          next: { position: next.position, ordinal: 0 },
          detail: next.event,
        })
      }),
    publishLag: async (sink, source) => {
      const id = await dictionary.knownSourceId(source)
      const published = await point(sink)
      if (id === null) return { published, events: 0, oldestAt: null }
      const place = published === null ? null : await placeOf(published.event)
      return database.run(async ({ rows }) => {
        const [row] = await rows(`SELECT count(*), min(occurred_at) FROM banyan.events WHERE source_id = $1 AND place > $2`, [
          id,
          String(place ?? 0),
        ])
        const [events, oldest] = row as readonly [string, number | null]
        return { published, events: Number(events), oldestAt: oldest === null ? null : epochMs(oldest) }
      })
    },
  }
}

const pointOf = async (session: Session, sink: string): Promise<PublishPoint | null> => {
  const cursor = await readCursor(session, publishStage(sink))
  const detail: Data = cursor?.detail ?? null
  return cursor === null || typeof detail !== 'string' ? null : { event: detail as EventId, position: position(cursor.at.position) }
}

const placeIn = async ({ rows }: Session, event: EventId): Promise<bigint | null> => {
  const [row] = await rows('SELECT place FROM banyan.events WHERE id = $1', [event])
  return row === undefined ? null : BigInt(String(row[0]))
}
