import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decode, encode } from '../../../src/model/canonical.ts'
import type { Data } from '../../../src/model/value.ts'

const name = fc.oneof(fc.string(), fc.constantFrom('$i', '$b', '$f', '$$i', '$', '', '__proto__', 'a', 'b'))
const { data } = fc.letrec<{ data: Data }>((tie) => ({
  data: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.double(),
    fc.integer(),
    fc.bigInt(),
    fc.string({ unit: 'binary' }),
    fc.uint8Array({ maxLength: 5 }),
    fc.array(tie('data'), { maxLength: 4 }),
    fc.dictionary(name, tie('data'), { maxKeys: 4 }),
  ),
}))

const shuffled = (value: Data): Data => {
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return value
  if (Array.isArray(value)) return value.map(shuffled)
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, shuffled(item)]),
  )
}

/** Without prototypes, which a dictionary may lack and decoded data has. */
const plain = (value: Data): Data => {
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return value
  if (Array.isArray(value)) return value.map(plain)
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]))
}

describe('encode', () => {
  it('is undone by decode', () => {
    fc.assert(
      fc.property(data, (value) => {
        expect(decode(encode(value))).toStrictEqual(plain(value))
      }),
    )
  })

  it('gives JSON, the same for equal data whatever the order of its keys', () => {
    fc.assert(
      fc.property(data, (value) => {
        expect(encode(shuffled(value))).toBe(encode(value))
        expect(() => JSON.parse(encode(value))).not.toThrow()
        expect(encode(decode(encode(value)))).toBe(encode(value))
      }),
    )
  })

  it('gives different texts for different data', () => {
    fc.assert(
      fc.property(data, data, (a, b) => {
        if (encode(a) === encode(b)) expect(plain(a)).toStrictEqual(plain(b))
      }),
    )
  })

  it.each<[Data, string]>([
    [1n, '{"$i":"1"}'],
    [1, '1'],
    [new Uint8Array([1, 255]), '{"$b":"01ff"}'],
    [Number.NaN, '{"$f":"NaN"}'],
    [-0, '{"$f":"-0"}'],
    [Number.NEGATIVE_INFINITY, '{"$f":"-Infinity"}'],
    [{ b: 1, a: { $i: '1' } }, '{"a":{"$$i":"1"},"b":1}'],
    [9_007_199_254_740_993n, '{"$i":"9007199254740993"}'],
    ['C1      ', '"C1      "'],
  ])('writes %o as %s', (value, text) => {
    expect(encode(value)).toBe(text)
  })

  it('leaves undefined fields out', () => {
    expect(encode({ a: undefined as unknown as Data, b: 1 })).toBe('{"b":1}')
  })

  const cycle: { [key: string]: unknown } = {}
  cycle['self'] = cycle
  const hole = [1]
  hole[2] = 1
  class Money {
    readonly cents = 5
  }
  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['a function', () => 1],
    ['a symbol', Symbol('x')],
    ['a Date', new Date(0)],
    ['a Map', new Map()],
    ['a class instance', { price: new Money() }],
    ['an object of an unnamed kind', Object.create(Object.create(null))],
    ['a cycle', cycle],
    ['an array with a hole', hole],
    ['undefined in an array', [undefined]],
  ])('refuses %s', (_what, value) => {
    expect(() => encode(value as Data)).toThrowError(expect.objectContaining({ code: 'value-unsupported' }))
  })
})

it('decode refuses what is not JSON', () => {
  expect(() => decode('{')).toThrowError(SyntaxError)
})
