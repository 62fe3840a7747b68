import fc from 'fast-check'
import { expect, it } from 'vitest'
import { exactDecimal, isWithinAbsolute } from '../../../src/diff/exact-decimal.ts'
import { isSmallWithin, smallDecimal } from '../../../src/diff/small-decimal.ts'
import type { Data } from '../../../src/model/value.ts'

const amount = fc.oneof(
  fc
    .tuple(fc.constantFrom('', '-'), fc.nat(999_999), fc.string({ unit: fc.constantFrom('0', '1', '9'), maxLength: 8 }))
    .map(([sign, whole, rest]) => `${sign}${whole}.${rest}`),
  fc.integer().map(String),
  fc.integer(),
  fc.constantFrom<Data>('-0', '.5', '5.', '007.10', 9_007_199_254_740_991, '999999999999999', '-99999999999999'),
)

it('says what exact arithmetic says, or nothing', () => {
  let said = 0
  fc.assert(
    fc.property(
      amount,
      amount,
      fc.constantFrom('0', '0.01', '1', '0.000001', '1000000'),
      fc.constantFrom('both', 'above', 'below'),
      (a, b, within, side) => {
        const [left, right, limit] = [smallDecimal(a), smallDecimal(b), smallDecimal(within)]
        const [exactLeft, exactRight, exactLimit] = [exactDecimal(a), exactDecimal(b), exactDecimal(within)]
        if (exactLeft === null || exactRight === null || exactLimit === null) return expect.fail('the texts are all amounts')
        if (left === null || right === null || limit === null) return
        const quick = isSmallWithin(left, right, { within: limit, side })
        if (quick === null) return
        said += 1
        expect(quick).toBe(isWithinAbsolute(exactLeft, exactRight, { within: exactLimit, side }))
      },
    ),
    { numRuns: 3_000 },
  )
  expect(said).toBeGreaterThan(1_000)
})

it('leaves to others what is no plain decimal', () => {
  for (const data of ['', '-', '.', '1e2', '+1', ' 1', '1.2.3', '1-2', 'NaN', 1.5, Number.NaN, 1n, null, true, '1234567890123456'])
    expect(smallDecimal(data)).toBeNull()
})
