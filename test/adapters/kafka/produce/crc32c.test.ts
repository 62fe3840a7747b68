import fc from 'fast-check'
import { expect, test } from 'vitest'
import { crc32c } from '../../../../adapters/kafka/produce/crc32c.ts'

const bitwise = (bytes: Uint8Array): number => {
  let crc = 0xffff_ffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0x82f6_3b78 : crc >>> 1
  }
  return ~crc >>> 0
}

test('the value that the standard gives for its example', () => {
  expect(crc32c(Buffer.from('123456789'), 0, 9)).toBe(0xe306_9283)
})

test('whatever the length, and wherever in memory the bytes begin', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(9), fc.nat(9), (bytes, before, after) => {
      const from = Math.min(before, bytes.length)
      const to = Math.max(from, bytes.length - after)
      expect(crc32c(bytes, from, to)).toBe(bitwise(bytes.subarray(from, to)))
    }),
    { numRuns: 500 },
  )
})
