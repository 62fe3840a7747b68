import { BanyanError } from '../../src/model/errors.ts'
import type { Position, ResumeToken } from '../../src/model/ids.ts'
import { position, resumeToken } from '../../src/model/ids.ts'
import type { RereadProgress } from '../log/reread-progress.ts'
import { parseReread, rereadText } from '../log/reread-progress.ts'
import type { SnapshotProgress } from '../log/snapshot-progress.ts'
import { parseProgress, progressText } from '../log/snapshot-progress.ts'

/** A place in the binlog: the end of an event, in bytes from the beginning of its file. */
export interface BinlogPlace {
  /** File name as the server says it, e.g. `bin.000012`. */
  readonly file: string
  readonly offset: number
}

/** Negative, zero or positive as a is before, at or after b. Files are numbered in log order. */
export const comparePlaces = (a: BinlogPlace, b: BinlogPlace): number =>
  a.file === b.file ? a.offset - b.offset : fileNumber(a.file) - fileNumber(b.file)

const fileNumber = (file: string): number => Number(file.slice(file.lastIndexOf('.') + 1))

/** Identity of a log: its server's. Positions of different epochs have no common order. */
export interface ServerIdentity {
  readonly flavour: 'mysql' | 'mariadb'
  /** `server_uuid` of MySQL; `domain-server` of MariaDB, whose log is told apart by its GTIDs besides. */
  readonly id: string
}

export const epochOf = ({ flavour, id }: ServerIdentity): string =>
  flavour === 'mysql' ? `my${BigInt(`0x${id.replaceAll('-', '')}`).toString(36)}` : `ma${id.replaceAll('-', 's')}`

export const positionAt = (epoch: string, place: BinlogPlace): Position =>
  position(`${epoch}:${hex(fileNumber(place.file), 8)}.${hex(place.offset, 12)}`)

const hex = (value: number, digits: number): string => value.toString(16).toUpperCase().padStart(digits, '0')

/**
 * `snapshot`: inside the initial snapshot, as far as `progress` says. `stream`: every commit up to `end` is known.
 * The log has no slot: what is known is written nowhere but in the token.
 */
export interface MysqlToken {
  readonly kind: 'snapshot' | 'stream'
  readonly epoch: string
  /** End of the last commit that the token covers. */
  readonly end: BinlogPlace
  /** Where reading starts: before `end` while a transaction is prepared (XA) whose rows came earlier. */
  readonly from: BinlogPlace
  /** Executed GTIDs at `end`, as the server writes them; empty without GTIDs. */
  readonly gtids: string
  /** Of a snapshot: how far it has come, under the view of `end`. */
  readonly progress?: SnapshotProgress
  /** Of a stream: the tables that are read again. */
  readonly reread?: RereadProgress
}

const placeText = ({ file, offset }: BinlogPlace): string => `${file}/${offset}`

export const tokenAt = ({ kind, epoch, end, from, gtids, progress, reread }: MysqlToken): ResumeToken => {
  const start = comparePlaces(from, end) < 0 ? `<${placeText(from)}` : ''
  const rest = `${progress === undefined ? '' : progressText(progress)}${reread === undefined ? '' : rereadText(reread)}`
  return resumeToken(`${epoch}:${kind}:${placeText(end)}${start}@${gtids}${rest}`)
}

const tokenShape = /^(m[ya][0-9a-z]+):(snapshot|stream):([^/<@]+\.\d+)\/(\d+)(?:<([^/<@]+\.\d+)\/(\d+))?@([^{]*)(\{.*\})?$/s

/** @throws BanyanError source-position-lost for a text that is no token of this adapter. */
export const parseToken = (token: ResumeToken): MysqlToken => {
  const [, epoch, kind, file, offset, fromFile, fromOffset, gtids, json] = tokenShape.exec(token) ?? []
  if (epoch === undefined || file === undefined || offset === undefined || gtids === undefined) {
    throw new BanyanError('source-position-lost', `this is not a resume token of a MySQL or MariaDB source: ${token}`, {
      hint: 'the store belongs to another kind of source; start with an empty store',
    })
  }
  const end = { file, offset: Number(offset) }
  const from = fromFile === undefined ? end : { file: fromFile, offset: Number(fromOffset) }
  if (kind === 'snapshot') {
    const progress = json === undefined ? null : parseProgress(json)
    return { kind, epoch, end, from, gtids, ...(progress === null ? {} : { progress }) }
  }
  const reread = json === undefined ? null : parseReread(json)
  return { kind: 'stream', epoch, end, from, gtids, ...(reread === null ? {} : { reread }) }
}
