import { BanyanError } from '../../src/model/errors.ts'
import type { Position, ResumeToken } from '../../src/model/ids.ts'
import { position, resumeToken } from '../../src/model/ids.ts'
import type { RereadProgress } from '../log/reread-progress.ts'
import { parseReread, rereadText } from '../log/reread-progress.ts'
import type { SnapshotProgress } from '../log/snapshot-progress.ts'
import { parseProgress, progressText } from '../log/snapshot-progress.ts'

/** Reads `16/B374D848`. */
export const parseLsn = (text: string): bigint => {
  const slash = text.indexOf('/')
  return (BigInt(`0x${text.slice(0, slash)}`) << 32n) | BigInt(`0x${text.slice(slash + 1)}`)
}

/** Writes `16/B374D848`. */
export const formatLsn = (lsn: bigint): string =>
  `${(lsn >> 32n).toString(16).toUpperCase()}/${(lsn & 0xffff_ffffn).toString(16).toUpperCase()}`

/** System identifier and timeline as short text: positions of different epochs have no common order. */
export const epochOf = (systemId: string, timeline: string): string => `${systemPrefix(systemId)}${Number(timeline).toString(36)}`

/** What the epochs of one system begin with. */
export const systemPrefix = (systemId: string): string => `pg${BigInt(systemId).toString(36)}t`

export const positionAt = (epoch: string, lsn: bigint): Position => position(`${epoch}:${hex(lsn)}`)

const hex = (lsn: bigint): string => lsn.toString(16).toUpperCase().padStart(16, '0')

/** `snapshot`: inside the initial snapshot, as far as `progress` says. `stream`: everything before `end` is known. */
export interface PostgresToken {
  readonly kind: 'snapshot' | 'stream'
  readonly epoch: string
  /** Exclusive end of what the token covers: the END of a commit record, which may be where the next one starts. */
  readonly end: bigint
  /** Of a snapshot: how far it has come, under the view of `end`. */
  readonly progress?: SnapshotProgress
  /** Of a stream: the tables that are read again. */
  readonly reread?: RereadProgress
}

export const tokenAt = ({ epoch, kind, end, progress, reread }: PostgresToken): ResumeToken => {
  const rest = progress === undefined ? (reread === undefined ? '' : `:${rereadText(reread)}`) : `:${progressText(progress)}`
  return resumeToken(`${epoch}:${kind}:${formatLsn(end)}${rest}`)
}

/** @throws BanyanError source-position-lost for a text that is no token of this adapter. */
export const parseToken = (token: ResumeToken): PostgresToken => {
  const match = /^(pg[0-9a-z]+):(snapshot|stream):([0-9A-F]+\/[0-9A-F]+)(?::(\{.*\}))?$/s.exec(token)
  if (match?.[1] === undefined || match[3] === undefined) {
    throw new BanyanError('source-position-lost', `this is not a resume token of a PostgreSQL source: ${token}`, {
      hint: 'the store belongs to another kind of source; start with an empty store',
    })
  }
  const [, , kind, , json] = match
  const end = parseLsn(match[3])
  if (kind === 'snapshot') {
    const progress = json === undefined ? null : parseProgress(json)
    return { kind, epoch: match[1], end, ...(progress === null ? {} : { progress }) }
  }
  const reread = json === undefined ? null : parseReread(json)
  return { kind: 'stream', epoch: match[1], end, ...(reread === null ? {} : { reread }) }
}
