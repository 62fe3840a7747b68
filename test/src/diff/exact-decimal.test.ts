import fc from 'fast-check'
import { expect, it } from 'vitest'
import { compareDecimals, exactDecimal } from '../../../src/diff/exact-decimal.ts'
import type { ExactDecimal } from '../../../src/diff/exact-decimal.ts'
import type { Data } from '../../../src/model/value.ts'

const parsed = (data: Data): ExactDecimal => exactDecimal(data) ?? { digits: 0n, scale: -1 }

it('reads every finite double exactly as it prints', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      expect(compareDecimals(parsed(value), parsed(String(value)))).toBe(0)
    }),
  )
})

it('orders integers as bigint does, in every form of text', () => {
  fc.assert(
    fc.property(fc.bigInt(), fc.bigInt(), (a, b) => {
      expect(compareDecimals(parsed(`${a}.000`), parsed(b))).toBe(a < b ? -1 : a > b ? 1 : 0)
      expect(compareDecimals(parsed(`${a}e2`), parsed(`${a}00`))).toBe(0)
    }),
  )
})

it('is null for what is no amount', () => {
  for (const data of ['', '.', 'NaN', 'Infinity', '1,5', '1e99999', Number.NaN, null, true, [1]]) expect(exactDecimal(data)).toBeNull()
})
