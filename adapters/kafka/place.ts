import { createHash } from 'node:crypto'
import type { UnreadableRecord } from '../../src/model/change-event.ts'
import { BanyanError } from '../../src/model/errors.ts'
import type { Position, ResumeToken } from '../../src/model/ids.ts'
import { position, resumeToken } from '../../src/model/ids.ts'

/** How far the topics are known. */
export interface KafkaPlace {
  /** Of one cluster and connector: places of others have no common order with it. */
  readonly epoch: string
  /** `snapshot`: rows of the connector's first snapshot are still to come. */
  readonly phase: 'snapshot' | 'stream'
  /** Order of the last commit, in the log of the database; empty before the first. */
  readonly order: string
  /** The connector's id of that commit. */
  readonly id: string
  /** Counts what came since that commit and is none. */
  readonly sub: number
  /** Rows of the first snapshot so far. */
  readonly rows: number
  /** Place in the log that the rows of the first snapshot tell; empty: none has come. */
  readonly snapshot: string
  /** What passed last, in ms since 1970; 0: nothing. */
  readonly at: number
  /** A record of the transaction topic could not be read: the end of some transaction may be missing. */
  readonly lostEnd: boolean
  /** Records that could not be read and were passed over before it was known whether a transaction lacks them, by partition. */
  readonly unread: ReadonlyMap<string, readonly UnreadableRecord[]>
  /** Next offset of each partition, by `partition topic`. */
  readonly offsets: ReadonlyMap<string, number>
  /** Of changes outside of transactions: the last of each partition, in the order of the log. */
  readonly marks: ReadonlyMap<string, string>
}

export const partitionId = (topic: string, partition: number): string => `${partition} ${topic}`

export const epochOf = (clusterId: string, prefix: string): string =>
  `kf${createHash('sha256').update(`${clusterId}\n${prefix}`).digest('hex').slice(0, 12)}`

const noCommit = '0'.repeat(16)

export const positionOf = ({ epoch, order, sub }: Pick<KafkaPlace, 'epoch' | 'order' | 'sub'>): Position =>
  position(`${epoch}:${order === '' ? noCommit : order}.${sub.toString(16).toUpperCase().padStart(8, '0')}`)

export const tokenOf = ({ offsets, marks, unread, ...place }: KafkaPlace): ResumeToken =>
  resumeToken(
    `kafka:${JSON.stringify({ ...place, offsets: Object.fromEntries(offsets), marks: Object.fromEntries(marks), unread: Object.fromEntries(unread) })}`,
  )

/** @throws BanyanError source-position-lost for a text that is no token of this adapter. */
export const parseToken = (token: ResumeToken): KafkaPlace => {
  const place = token.startsWith('kafka:') ? parsed(token.slice('kafka:'.length)) : null
  if (place === null) {
    throw new BanyanError('source-position-lost', 'this is not a resume token of a Kafka source', {
      hint: 'the store belongs to another kind of source; start with an empty store',
    })
  }
  return place
}

const parsed = (text: string): KafkaPlace | null => {
  try {
    const {
      epoch,
      phase,
      order,
      id,
      sub,
      rows,
      snapshot = '',
      at,
      lostEnd,
      offsets,
      marks,
      unread,
    } = JSON.parse(text) as Record<keyof KafkaPlace, unknown>
    const known = Object.entries(offsets as Record<string, number>)
    const marked = Object.entries(marks as Record<string, string>)
    const passed = Object.entries(unread as Record<string, readonly UnreadableRecord[]>)
    const isSound =
      [
        epoch,
        order,
        id,
        snapshot,
        ...marked.map(([, mark]) => mark),
        ...passed.flatMap(([, records]) => records.flatMap(({ where, reason }) => [where, reason])),
      ].every((each) => typeof each === 'string') &&
      [sub, rows, ...known.map(([, offset]) => offset)].every(Number.isSafeInteger) &&
      typeof at === 'number' &&
      typeof lostEnd === 'boolean' &&
      (phase === 'snapshot' || phase === 'stream')
    return isSound
      ? ({
          epoch,
          phase,
          order,
          id,
          sub,
          rows,
          snapshot,
          at,
          lostEnd,
          offsets: new Map(known),
          marks: new Map(marked),
          unread: new Map(passed),
        } as KafkaPlace)
      : null
  } catch {
    return null
  }
}
