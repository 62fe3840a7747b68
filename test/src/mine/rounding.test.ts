import fc from 'fast-check'
import { expect, it } from 'vitest'
import { roundTo } from '../../../src/mine/rounding.ts'

/** Of tenths of a cent, exactly. */
const exactly = (tenths: number, mode: 'half-up' | 'half-even' | 'half-down' | 'down' | 'up' | 'zero'): number => {
  const down = Math.floor(tenths / 10)
  const rest = tenths - down * 10
  switch (mode) {
    case 'down':
      return down
    case 'up':
      return rest === 0 ? down : down + 1
    case 'zero':
      return Math.trunc(tenths / 10)
    case 'half-even':
      return rest === 5 ? (down % 2 === 0 ? down : down + 1) : rest > 5 ? down + 1 : down
    case 'half-up':
      return rest === 5 ? (tenths < 0 ? down : down + 1) : rest > 5 ? down + 1 : down
    case 'half-down':
      return rest === 5 ? (tenths < 0 ? down + 1 : down) : rest > 5 ? down + 1 : down
    default:
      return mode satisfies never
  }
}

it('rounds to cents as exact arithmetic does', () => {
  const modes = fc.constantFrom('half-up', 'half-even', 'half-down', 'down', 'up', 'zero')
  fc.assert(
    fc.property(fc.integer({ min: -10_000_000, max: 10_000_000 }), modes, (tenths, mode) => {
      expect(roundTo(tenths / 1000, 0.01, mode) + 0).toBe(exactly(tenths, mode) / 100 + 0)
    }),
    { numRuns: 2000 },
  )
})
