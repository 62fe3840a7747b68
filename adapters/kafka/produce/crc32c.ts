/** The checksum of Kafka's record batches (Castagnoli), eight bytes a step. */
const polynomial = 0x82f6_3b78
const steps = 8

const tables = ((): Int32Array => {
  const made = new Int32Array(steps * 256)
  for (let byte = 0; byte < 256; byte += 1) {
    let rest = byte
    for (let bit = 0; bit < 8; bit += 1) rest = (rest & 1) === 1 ? (rest >>> 1) ^ polynomial : rest >>> 1
    made[byte] = rest
  }
  for (let at = 256; at < made.length; at += 1) {
    const before = made[at - 256] ?? 0
    made[at] = (before >>> 8) ^ (made[before & 255] ?? 0)
  }
  return made
})()

const t = (step: number, byte: number): number => tables[(step << 8) + (byte & 255)] ?? 0

const bytewise = (bytes: Uint8Array, from: number, to: number, start: number): number => {
  let crc = start
  for (let at = from; at < to; at += 1) crc = (crc >>> 8) ^ t(0, crc ^ (bytes[at] ?? 0))
  return crc
}

/** Of the bytes from `from` up to `to`, as an unsigned number. */
export const crc32c = (bytes: Uint8Array, from: number, to: number): number => {
  const misaligned = (bytes.byteOffset + from) & 3
  const first = Math.min(to, misaligned === 0 ? from : from + 4 - misaligned)
  let crc = bytewise(bytes, from, first, -1)
  const pairs = (to - first) >> 3
  if (pairs === 0) return ~bytewise(bytes, first, to, crc) >>> 0
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + first, pairs * 2)
  for (let at = 0; at < words.length; at += 2) {
    const a = (words[at] ?? 0) ^ crc
    const b = words[at + 1] ?? 0
    crc = t(7, a) ^ t(6, a >>> 8) ^ t(5, a >>> 16) ^ t(4, a >>> 24) ^ t(3, b) ^ t(2, b >>> 8) ^ t(1, b >>> 16) ^ t(0, b >>> 24)
  }
  crc = bytewise(bytes, first + pairs * 8, to, crc)
  return ~crc >>> 0
}
