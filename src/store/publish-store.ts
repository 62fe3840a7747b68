import type { EventId, Position } from '../model/ids.ts'
import { epochMs } from '../model/ids.ts'
import type { PublishPoint, PublishStore, StreamQuery } from '../ports/publish-store.ts'
import type { Session } from './database.ts'
import { eventColumns, toStoredEvent } from './event-row.ts'
import type { StageParts } from './shadow-store.ts'
import { moveCursor, readCursor, stageTaken } from './stage-cursor.ts'

export const publishStore = ({ database, dictionary, epochs }: StageParts): PublishStore => ({
  publishPoint: (stage) => database.run((session) => pointOf(session, stage)),
  commitPublished: (stage, expected, next) =>
    database.transaction(async (session) => {
      // Two events may share a position, so the cursor's own comparison is not enough.
      if ((await pointOf(session, stage))?.event !== expected?.event) throw stageTaken(stage)
      const at = (point: PublishPoint): { readonly position: Position; readonly ordinal: number } => ({
        position: point.position,
        ordinal: 0,
      })
      await moveCursor(session, { stage, expected: expected === null ? null : at(expected), next: at(next), detail: next.event, epochs })
    }),
  placeOf: (event) =>
    database.run(async ({ rows }) => {
      const [row] = await rows('SELECT place FROM banyan.events WHERE id = $1', [event])
      return row === undefined ? null : BigInt(String(row[0]))
    }),
  eventsOfStream: async ({ limit, ...query }) => {
    const id = await dictionary.knownSourceId(query.source)
    if (id === null) return []
    return database.run(async ({ rows }) => {
      const found = await rows(
        `SELECT ${eventColumns.join(', ')}, place FROM banyan.events WHERE ${ofStream} ORDER BY source_id, place LIMIT $5`,
        [...streamValues(id, query), limit],
      )
      return found.map((cells) => toStoredEvent(query.source, cells))
    })
  },
  publishLag: async (query) => {
    const id = await dictionary.knownSourceId(query.source)
    if (id === null) return { events: 0, oldestAt: null }
    return database.run(async ({ rows }) => {
      const [row] = await rows(`SELECT count(*), min(occurred_at) FROM banyan.events WHERE ${ofStream}`, streamValues(id, query))
      const [events, oldest] = row as readonly [string, number | null]
      return { events: Number(events), oldestAt: oldest === null ? null : epochMs(oldest) }
    })
  },
})

const ofStream = 'source_id = $1 AND place > $2 AND (journey = $3 OR type = ANY ($4))'

const streamValues = (sourceId: number, { stream, after }: StreamQuery): readonly unknown[] => [
  sourceId,
  String(after ?? 0),
  stream.journey,
  stream.types,
]

const pointOf = async (session: Session, stage: string): Promise<PublishPoint | null> => {
  const cursor = await readCursor(session, stage)
  const event = cursor?.detail
  return cursor === null || typeof event !== 'string' ? null : { event: event as EventId, position: cursor.at.position }
}
