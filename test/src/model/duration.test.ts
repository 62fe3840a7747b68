import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Duration } from '../../../src/model/duration.ts'
import { durationMs, durationWords } from '../../../src/model/duration.ts'

it.each<[Duration, number]>([
  ['250 ms', 250],
  ['5 s', 5_000],
  ['15 min', 900_000],
  ['26 h', 93_600_000],
  ['2 d', 172_800_000],
  ['1.5 h', 5_400_000],
  ['0 s', 0],
  ['15min', 900_000],
])('%s is %d ms', (text, ms) => {
  expect(durationMs(text)).toBe(ms)
})

it.each(['', '15', 'min', '-5 s', '5 minutes', '1e3 s', '5 s ', ' 5 s', '1,5 h', 'Infinity s', '0x10 s', '5 constructor', '1 min 5 s'])(
  "refuses '%s'",
  (text) => {
    expect(() => durationMs(text as Duration)).toThrowError(
      expect.objectContaining({ code: 'config-invalid', message: expect.stringContaining(`'${text}'`) }),
    )
  },
)

it.each([
  [0, '0 ms'],
  [0.4, '0 ms'],
  [250, '250 ms'],
  [5_000, '5 s'],
  [185_000, '3 min 5 s'],
  [93_600_000, '1 d 2 h'],
  [59_999, '59 s 999 ms'],
  [3_599_999, '1 h'],
  [86_399_999, '1 d'],
  [-185_000, '-3 min 5 s'],
])('%d ms reads %s', (ms, words) => {
  expect(durationWords(ms)).toBe(words)
})

it('reads back to within its smaller unit', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 30 * 86_400_000 }), (ms) => {
      const parts = durationWords(ms).match(/\d+ \w+/g) ?? []
      const total = parts.reduce((sum, part) => sum + durationMs(part as Duration), 0)
      expect(parts.length).toBeLessThanOrEqual(2)
      expect(Math.abs(total - ms)).toBeLessThanOrEqual(ms / 20)
    }),
  )
})
