import { crc32 } from 'node:zlib'
import { undecodable } from './undecodable.ts'

/** Types of events that mean something to us, by their number on the wire. */
export const eventType = {
  query: 2,
  rotate: 4,
  formatDescription: 15,
  xid: 16,
  executeLoadQuery: 18,
  tableMap: 19,
  writeRowsV1: 23,
  updateRowsV1: 24,
  deleteRowsV1: 25,
  incident: 26,
  heartbeat: 27,
  writeRows: 30,
  updateRows: 31,
  deleteRows: 32,
  gtid: 33,
  anonymousGtid: 34,
  xaPrepare: 38,
  partialUpdateRows: 39,
  transactionPayload: 40,
  heartbeatV2: 41,
  taggedGtid: 42,
  mariadbGtid: 162,
} as const

/** One event: its head, and its body without head and checksum. The bytes are the driver's own. */
export interface BinlogEvent {
  readonly type: number
  /** Seconds since 1970. */
  readonly seconds: number
  readonly serverId: number
  /** Low 32 bits of the place just behind the event; 0: not told. */
  readonly endLow: number
  /** Made by the server for this reader; it is nowhere in the log. */
  readonly artificial: boolean
  /** A reader may pass over it without knowing what it is. */
  readonly ignorable: boolean
  readonly body: Buffer
}

const headBytes = 19
const flag = { artificial: 0x20, ignorable: 0x80 } as const

/** Takes events apart; whether they carry a checksum is said by the last format description. */
export interface EventReader {
  /** @throws BanyanError source-undecodable for a broken head or a wrong checksum. */
  readonly read: (bytes: Buffer) => BinlogEvent
}

/** `checksums`: whether events before the first format description have one. */
export const eventReader = (checksums: boolean): EventReader => {
  let checked = checksums
  return {
    read: (bytes) => {
      if (bytes.length < headBytes || bytes.readUInt32LE(9) !== bytes.length) throw undecodable('an event of a length that it does not say')
      const type = bytes.readUInt8(4)
      // A format description has room for a checksum always, and says itself of which kind it and the following are.
      if (type === eventType.formatDescription) checked = hasChecksum(bytes)
      const end = bytes.length - (checked ? 4 : 0)
      if (end < headBytes) throw undecodable('an event without room for its checksum')
      if (checked && crc32(bytes.subarray(0, end)) !== bytes.readUInt32LE(end)) throw undecodable('an event with a wrong checksum')
      const flags = bytes.readUInt16LE(17)
      return {
        type,
        seconds: bytes.readUInt32LE(0),
        serverId: bytes.readUInt32LE(5),
        endLow: bytes.readUInt32LE(13),
        artificial: (flags & flag.artificial) !== 0,
        ignorable: (flags & flag.ignorable) !== 0,
        body: bytes.subarray(headBytes, end),
      }
    },
  }
}

const hasChecksum = (description: Buffer): boolean => {
  const kind = description.at(-5)
  if (kind !== 0 && kind !== 1) throw undecodable(`checksums of the unknown kind ${kind}`)
  return kind === 1
}
