import type { SourceItem, UnreadableRecord } from '../../model/change-event.ts'
import type { DeadLetter } from '../../model/dead-letter.ts'
import { deadLetterId } from '../../model/hash.ts'
import type { EpochMs, Position, SourceName } from '../../model/ids.ts'
import { position } from '../../model/ids.ts'

interface Told {
  readonly records: readonly UnreadableRecord[]
  readonly at: EpochMs
  readonly position: Position
}

/** What a source could not read, parked. One record has one letter, however often it is told of. */
export const unreadableLetters = (source: SourceName, item: SourceItem): readonly DeadLetter[] => {
  const { records, at, position: place } = toldIn(item)
  return records.map(({ where, reason }) => ({
    id: deadLetterId(source, epochOf(place), 'capture', where),
    source,
    position: place,
    stage: 'capture',
    part: where,
    reason,
    at,
  }))
}

const toldIn = (item: SourceItem): Told =>
  item.kind === 'progress'
    ? { records: item.unreadable ?? [], at: item.at, position: item.position }
    : { records: item.unreadable ?? [], at: item.header.committedAt, position: item.header.position }

const epochOf = (place: Position): Position => position(place.slice(0, Math.max(0, place.indexOf(':'))))
