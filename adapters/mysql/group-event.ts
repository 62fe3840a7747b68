import type { EpochMs } from '../../src/model/ids.ts'
import { epochMs } from '../../src/model/ids.ts'
import type { BinlogEvent } from './binlog-event.ts'
import { eventType } from './binlog-event.ts'
import { byteReader } from './byte-reader.ts'
import { undecodable } from './undecodable.ts'

/** The beginning of a group: of one transaction, or of one statement that commits by itself. */
export interface GroupStart {
  /** Null where the server gives none. */
  readonly gtid: string | null
  /** Exact commit time; null: the events' whole seconds are all that is known. */
  readonly committedAt: EpochMs | null
  /** MariaDB: rows follow without a BEGIN of their own. */
  readonly begins: boolean
}

/** @throws BanyanError source-undecodable for an event of another type. */
export const readGroupStart = (event: BinlogEvent): GroupStart => {
  switch (event.type) {
    case eventType.gtid:
    case eventType.anonymousGtid:
      return readGtid(event)
    case eventType.taggedGtid:
      return readTaggedGtid(event.body)
    case eventType.mariadbGtid:
      return readMariadbGtid(event)
    default:
      throw undecodable(`a group that begins with an event of type ${event.type}`)
  }
}

const readGtid = ({ type, body }: BinlogEvent): GroupStart => {
  const reader = byteReader(body)
  reader.skip(1)
  const source = uuidText(reader.slice(16))
  const number = reader.uint64()
  return {
    gtid: type === eventType.gtid ? `${source}:${number}` : null,
    committedAt: readCommitTime(body),
    begins: false,
  }
}

const commitTimeAt = 42
const sevenBytes = (1n << 55n) - 1n

/** Microseconds at which this server committed, in the servers that tell it (MySQL 8 and later). */
const readCommitTime = (body: Buffer): EpochMs | null => {
  if (body.length < commitTimeAt + 7) return null
  const low = BigInt(body.readUIntLE(commitTimeAt, 6))
  const microseconds = (low | (BigInt(body.readUInt8(commitTimeAt + 6)) << 48n)) & sevenBytes
  return microseconds === 0n ? null : epochMs(Number(microseconds) / 1000)
}

const uuidText = (bytes: Buffer): string => bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')

const taggedField = { uuid: 1, number: 2, tag: 3, committedAt: 6 } as const

/** MySQL 8.3 and later, GTIDs with a tag: fields with ids, in ascending order, absent ones left out; all but two are integers. */
const readTaggedGtid = (body: Buffer): GroupStart => {
  const integer = packedIntegers(body)
  if (integer.next() !== 1n) throw undecodable('a GTID in an unknown form')
  const end = Number(integer.next())
  integer.next()
  let [uuid, tag, number] = ['', '', 0n]
  let committedAt: EpochMs | null = null
  while (integer.at() < Math.min(end, body.length)) {
    const field = Number(integer.next())
    if (field === taggedField.uuid) uuid = uuidText(Buffer.from(Array.from({ length: 16 }, () => Number(integer.next()))))
    else if (field === taggedField.tag) tag = integer.text(Number(integer.next()))
    else {
      const value = integer.next()
      if (field === taggedField.number) number = value >> 1n
      if (field === taggedField.committedAt) committedAt = epochMs(Number(value) / 1000)
    }
  }
  return { gtid: `${uuid}:${tag}:${number}`, committedAt, begins: false }
}

interface PackedIntegers {
  readonly next: () => bigint
  readonly text: (bytes: number) => string
  readonly at: () => number
}

/** The low one-bits of the first byte say how many bytes follow it, least significant first. */
const packedIntegers = (body: Buffer): PackedIntegers => {
  const reader = byteReader(body)
  return {
    at: reader.at,
    text: reader.text,
    next: () => {
      const first = reader.uint(1)
      let extra = 0
      while (extra < 8 && ((first >> extra) & 1) === 1) extra += 1
      const rest = reader.slice(extra)
      let value = 0n
      for (let index = extra - 1; index >= 0; index -= 1) value = (value << 8n) | BigInt(rest.readUInt8(index))
      return extra >= 7 ? value : (value << BigInt(7 - extra)) | BigInt(first >> (extra + 1))
    },
  }
}

const standalone = 0x01

const readMariadbGtid = ({ serverId, body }: BinlogEvent): GroupStart => {
  const reader = byteReader(body)
  const sequence = reader.uint64()
  const domain = reader.uint(4)
  const flags = reader.uint(1)
  return { gtid: `${domain}-${serverId}-${sequence}`, committedAt: null, begins: (flags & standalone) === 0 }
}

/** The next file, and where in it the log goes on. */
export const readRotate = ({ body }: BinlogEvent): { readonly file: string; readonly offset: number } => {
  const reader = byteReader(body)
  const offset = Number(reader.uint64())
  return { file: reader.text(reader.left()), offset }
}

/** A statement as text, with the schema that it was given in. */
export const readQuery = ({ body }: BinlogEvent): { readonly schema: string; readonly sql: string } => {
  const reader = byteReader(body)
  reader.skip(8)
  const schemaBytes = reader.uint(1)
  reader.skip(2)
  reader.skip(reader.uint(2))
  const schema = reader.text(schemaBytes)
  reader.skip(1)
  return { schema, sql: reader.text(reader.left()) }
}

/** The end of a prepared transaction (XA). `onePhase`: it commits right away. */
export const readXaPrepare = ({ body }: BinlogEvent): { readonly xid: string; readonly onePhase: boolean } => {
  const reader = byteReader(body)
  const onePhase = reader.uint(1) !== 0
  const format = reader.uint(4)
  const [globalBytes, branchBytes] = [reader.uint(4), reader.uint(4)]
  return { xid: xidText(reader.slice(globalBytes).toString('hex'), reader.slice(branchBytes).toString('hex'), format), onePhase }
}

/** One text for one XID, whether it came from bytes or from a statement. */
export const xidText = (globalHex: string, branchHex: string, format: number): string =>
  `${globalHex.toLowerCase()},${branchHex.toLowerCase()},${format}`
