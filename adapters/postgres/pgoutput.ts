import type { EpochMs } from '../../src/model/ids.ts'
import { epochMs } from '../../src/model/ids.ts'
import { BanyanError } from '../../src/model/errors.ts'

/** First byte of each message of logical decoding's `pgoutput`, protocol versions 1 and 2. */
export const messageType = {
  begin: 0x42,
  commit: 0x43,
  origin: 0x4f,
  relation: 0x52,
  type: 0x59,
  insert: 0x49,
  update: 0x55,
  delete: 0x44,
  truncate: 0x54,
  message: 0x4d,
  streamStart: 0x53,
  streamStop: 0x45,
  streamCommit: 0x63,
  streamAbort: 0x41,
} as const

/** How one value of a tuple is marked, and which tuple follows. */
export const mark = { null: 0x6e, unchanged: 0x75, text: 0x74, newTuple: 0x4e, oldTuple: 0x4f, keyTuple: 0x4b } as const

/** 2000-01-01 in milliseconds since 1970: the server counts from there. */
const serverEpochMs = 946_684_800_000

/** An instant of the wire (microseconds since 2000), with its microseconds as the fraction. */
export const readInstant = (bytes: Buffer, offset: number): EpochMs => epochMs(serverEpochMs + Number(bytes.readBigInt64BE(offset)) / 1000)

export interface Begin {
  readonly commitLsn: bigint
  readonly committedAt: EpochMs
  readonly xid: number
}

export const readBegin = (bytes: Buffer): Begin => ({
  commitLsn: bytes.readBigUInt64BE(1),
  committedAt: readInstant(bytes, 9),
  xid: bytes.readUInt32BE(17),
})

/** Only the end is news: all else was in Begin. */
export const readCommitEnd = (bytes: Buffer): bigint => bytes.readBigUInt64BE(10)

/** The commit of a transaction that came in pieces. */
export const readStreamCommit = (bytes: Buffer): { readonly begin: Begin; readonly endLsn: bigint } => ({
  begin: { commitLsn: bytes.readBigUInt64BE(6), committedAt: readInstant(bytes, 22), xid: bytes.readUInt32BE(1) },
  endLsn: bytes.readBigUInt64BE(14),
})

/** A message inside a piece without its transaction's id, which gives it the form of protocol version 1. Changes the bytes. */
export const cutXid = (bytes: Buffer): Buffer => {
  bytes[4] = bytes[0] ?? 0
  return bytes.subarray(4)
}

export interface RelationColumn {
  readonly name: string
  readonly typeOid: number
  /** What the type is limited to, e.g. a length; -1: nothing. */
  readonly typeMod: number
  /** Part of the replica identity. */
  readonly identity: boolean
}

/** A table's shape as it was when the rows that follow were written. */
export interface RelationMessage {
  readonly oid: number
  readonly schema: string
  readonly table: string
  readonly columns: readonly RelationColumn[]
}

export const readRelation = (bytes: Buffer): RelationMessage => {
  const schema = readName(bytes, 5)
  const table = readName(bytes, schema.end)
  const count = bytes.readUInt16BE(table.end + 1)
  const columns: RelationColumn[] = []
  let at = table.end + 3
  for (let index = 0; index < count; index += 1) {
    const name = readName(bytes, at + 1)
    columns.push({
      name: name.text,
      typeOid: bytes.readUInt32BE(name.end),
      typeMod: bytes.readInt32BE(name.end + 4),
      identity: (bytes[at] ?? 0) % 2 === 1,
    })
    at = name.end + 8
  }
  if (at !== bytes.length) throw undecodable(`a description of ${table.text} that is cut off, or longer than its columns`)
  return { oid: bytes.readUInt32BE(1), schema: schema.text === '' ? 'pg_catalog' : schema.text, table: table.text, columns }
}

const readName = (bytes: Buffer, from: number): { readonly text: string; readonly end: number } => {
  const zero = bytes.indexOf(0, from)
  if (zero < 0) throw undecodable('a name without an end')
  return { text: bytes.toString('utf8', from, zero), end: zero + 1 }
}

/** OIDs of the truncated tables. */
export const readTruncate = (bytes: Buffer): readonly number[] =>
  Array.from({ length: bytes.readUInt32BE(1) }, (_, index) => bytes.readUInt32BE(6 + 4 * index))

/** Offset just behind a tuple that starts with its column count. */
export const skipTuple = (bytes: Buffer, from: number): number => {
  const count = bytes.readUInt16BE(from)
  let at = from + 2
  for (let index = 0; index < count; index += 1) at += bytes[at] === mark.text ? 5 + bytes.readUInt32BE(at + 1) : 1
  return at
}

export const undecodable = (what: string): BanyanError =>
  new BanyanError('source-undecodable', `the server sent ${what}`, {
    hint: 'this is a fault of Banyan or an unsupported server version; report it with the version of the server',
  })

/** Origins, types and messages tell nothing that is needed; anything else is a fault. */
export const requireIgnored = (bytes: Buffer): void => {
  const type = bytes[0]
  if (type === messageType.origin || type === messageType.type || type === messageType.message) return
  throw undecodable(`a message of the unknown type ${type}`)
}
