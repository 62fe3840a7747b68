import { undecodable } from './undecodable.ts'

/** Reads numbers and byte runs one after the other, never beyond the end. */
export interface ByteReader {
  readonly at: () => number
  readonly left: () => number
  /** Little-endian and unsigned, 1 to 6 bytes. */
  readonly uint: (bytes: number) => number
  readonly uint64: () => bigint
  /** The wire's own packed integer. */
  readonly packed: () => number
  readonly slice: (bytes: number) => Buffer
  readonly text: (bytes: number) => string
  readonly skip: (bytes: number) => void
}

/** @throws BanyanError source-undecodable, from any of its functions, where the bytes end too early. */
export const byteReader = (bytes: Buffer, from = 0, end: number = bytes.length): ByteReader => {
  let at = from
  const take = (count: number): number => {
    const start = at
    if (count < 0 || start + count > end) throw undecodable('an event that is shorter than what it says of itself')
    at = start + count
    return start
  }
  const uint = (count: number): number => bytes.readUIntLE(take(count), count)
  const uint64 = (): bigint => bytes.readBigUInt64LE(take(8))
  const slice = (count: number): Buffer => {
    const start = take(count)
    return bytes.subarray(start, start + count)
  }
  return {
    at: () => at,
    left: () => end - at,
    uint,
    uint64,
    packed: () => {
      const first = uint(1)
      if (first < 251) return first
      if (first === 252) return uint(2)
      if (first === 253) return uint(3)
      if (first === 254) return Number(uint64())
      throw undecodable('a length that is none')
    },
    slice,
    text: (count) => slice(count).toString('utf8'),
    skip: (count) => {
      take(count)
    },
  }
}
