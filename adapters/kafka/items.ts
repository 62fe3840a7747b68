import type { LegacyTransaction, SourceProgress, TransactionHeader } from '../../src/model/change-event.ts'
import type { EpochMs, SourceName } from '../../src/model/ids.ts'
import { epochMs } from '../../src/model/ids.ts'
import type { Assembled } from './assembled.ts'
import type { KafkaPlace } from './place.ts'
import { positionOf, tokenOf } from './place.ts'

export const transactionOf = (source: SourceName, { kind, place, id, committedAt, ordinal, changes }: Assembled): LegacyTransaction => {
  const header: TransactionHeader = {
    source,
    position: positionOf(place),
    id,
    beganAt: null,
    committedAt,
    capturedAt: epochMs(Date.now()),
    count: changes.count,
    snapshot: kind === 'snapshot',
  }
  return { kind: 'transaction', header, token: tokenOf(place), changes: () => changes.changes(header, ordinal) }
}

export const progressOf = (place: KafkaPlace, at: EpochMs | null): SourceProgress => ({
  kind: 'progress',
  token: tokenOf(place),
  position: positionOf(place),
  at: at ?? epochMs(0),
})
