import { createRequire } from 'node:module'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lz4Frame } from '../../../adapters/kafka/lz4-frame.ts'

const { decompress } = createRequire(import.meta.url)('lz4js') as { readonly decompress: (bytes: Uint8Array) => Uint8Array }

test('any bytes come back, by a reader that is not ours', () => {
  const word = fc.uint8Array({ maxLength: 40 })
  // Words that come again, near and far, in runs that overlap themselves.
  const bytes = fc
    .tuple(
      fc.array(word, { minLength: 1, maxLength: 8 }),
      fc.array(fc.tuple(fc.nat(7), fc.integer({ min: 1, max: 400 })), { maxLength: 40 }),
    )
    .map(([words, picks]) =>
      Buffer.concat(picks.flatMap(([at, times]) => Array.from({ length: times }, () => words[at % words.length] ?? Buffer.alloc(0)))),
    )
  fc.assert(
    fc.property(bytes, (plain) => {
      expect(Buffer.compare(Buffer.from(decompress(lz4Frame(plain))), plain)).toBe(0)
    }),
    { numRuns: 300 },
  )
})

test('what repeats becomes small, and what does not grows by its frame alone', () => {
  expect(lz4Frame(Buffer.alloc(1_000_000)).length).toBeLessThan(6_000)
  const noise = Buffer.from(Array.from({ length: 200_000 }, (_, at) => (Math.imul(at, 2_654_435_761) >>> 13) ^ (at * at)))
  expect(lz4Frame(noise).length).toBeLessThanOrEqual(noise.length + 64)
})
