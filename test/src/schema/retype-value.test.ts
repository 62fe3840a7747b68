import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Value } from '../../../src/model/value.ts'
import type { ValueKind } from '../../../src/model/table-shape.ts'
import { retypeValue } from '../../../src/schema/retype-value.ts'

test.each<[Value, ValueKind, Value | undefined]>([
  [null, 'number', null],
  [7n, 'number', 7],
  [2n ** 53n, 'number', undefined],
  [7, 'bigint', 7n],
  [7.5, 'bigint', undefined],
  ['12', 'number', 12],
  ['12.50', 'number', 12.5],
  ['-0.25', 'number', -0.25],
  ['0.10000000000000000001', 'number', undefined],
  ['12abc', 'number', undefined],
  ['', 'number', undefined],
  ['NaN', 'number', undefined],
  ['12.00', 'bigint', 12n],
  ['12.01', 'bigint', undefined],
  [12, 'text', '12'],
  [12n, 'text', '12'],
  [1, 'boolean', true],
  [0n, 'boolean', false],
  [2, 'boolean', undefined],
  [true, 'number', undefined],
  ['x', 'bytes', undefined],
  [[1], 'list', [1]],
])('%s as %s is %s', (value, kind, same) => {
  expect(retypeValue(value, kind)).toEqual(same)
})

/** Numerator over a power of ten. */
const rational = (text: string): readonly [bigint, number] => {
  const [mantissa = '', exponent = '0'] = text.split('e')
  const [integer = '', fraction = ''] = mantissa.split('.')
  return [BigInt(integer + fraction), fraction.length - Number(exponent)]
}
const same = (left: string, right: string): boolean => {
  const [[a, p], [b, q]] = [rational(left), rational(right)]
  const most = Math.max(p, q, 0)
  return a * 10n ** BigInt(most - p) === b * 10n ** BigInt(most - q)
}

test('whatever is retyped is the same number still', () => {
  const decimal = fc.tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.integer({ min: 0, max: 8 })).map(([unscaled, scale]) => {
    const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0')
    return `${unscaled < 0n ? '-' : ''}${digits.slice(0, digits.length - scale)}${scale === 0 ? '' : `.${digits.slice(-scale)}`}`
  })
  let [numbers, wholes] = [0, 0]
  fc.assert(
    fc.property(decimal, (text) => {
      const [number, whole] = [retypeValue(text, 'number'), retypeValue(text, 'bigint')]
      if (number !== undefined) numbers += 1
      if (whole !== undefined) wholes += 1
      return [number, whole].every((retyped) => retyped === undefined || same(String(retyped), text))
    }),
    { numRuns: 1_000 },
  )
  expect(Math.min(numbers, wholes)).toBeGreaterThan(20)
})
