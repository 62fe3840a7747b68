import type { UnreadableRecord } from '../../src/model/change-event.ts'
import type { EpochMs } from '../../src/model/ids.ts'
import type { Collected } from './collected.ts'
import type { KafkaPlace } from './place.ts'

/** Changes that belong together, put together. */
export interface Assembled {
  readonly kind: 'transaction' | 'snapshot'
  readonly place: KafkaPlace
  /** The database's own id of the transaction. */
  readonly id: string
  readonly committedAt: EpochMs
  /** Of the first change. */
  readonly ordinal: number
  readonly changes: Collected
  /** Records of it that could not be read. */
  readonly unreadable: readonly UnreadableRecord[]
}

/** What the reader does while nothing whole is there. */
export type Pending =
  /** Something is received that is not whole yet. */
  | { readonly kind: 'waiting' }
  /** Nothing is received that is not yielded yet. */
  | { readonly kind: 'idle' }
  /** It hangs on what the partitions hold now, and on whether there are new ones: the end of the first snapshot, or of the waiting for a change. */
  | { readonly kind: 'ranges-needed' }
