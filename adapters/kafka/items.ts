import type { LegacyTransaction, SourceProgress, TransactionHeader, UnreadableRecord } from '../../src/model/change-event.ts'
import type { EpochMs, SourceName } from '../../src/model/ids.ts'
import { epochMs } from '../../src/model/ids.ts'
import type { Assembled } from './assembled.ts'
import type { KafkaPlace } from './place.ts'
import { positionOf, tokenOf } from './place.ts'

/** Rows of a snapshot beside the stream, and what is left of a transaction that cannot be read whole, are state as of their place. */
export const transactionOf = (source: SourceName, assembled: Assembled): LegacyTransaction => {
  const { kind, place, id, committedAt, ordinal, changes, unreadable } = assembled
  const isState = kind === 'snapshot' || unreadable.length > 0
  const header: TransactionHeader = {
    source,
    position: positionOf(place),
    id,
    beganAt: null,
    committedAt,
    capturedAt: epochMs(Date.now()),
    count: changes.count,
    snapshot: isState,
  }
  return {
    kind: 'transaction',
    header,
    token: tokenOf(place),
    ...(isState && place.phase === 'stream' ? { reread: true } : {}),
    ...(unreadable.length > 0 ? { unreadable: unreadable.map(({ where, reason }) => ({ where, reason: parked(reason, id) })) } : {}),
    changes: () => changes.changes(header, ordinal),
  }
}

const parked = (reason: string, id: string): string => `${reason}; transaction ${id} is not translated`

export const progressOf = (place: KafkaPlace, at: EpochMs | null, unreadable: readonly UnreadableRecord[] = []): SourceProgress => ({
  kind: 'progress',
  token: tokenOf(place),
  position: positionOf(place),
  at: at ?? epochMs(0),
  ...(unreadable.length > 0 ? { unreadable } : {}),
})
