import { describe, expect, it } from 'vitest'
import { compileComparison } from '../../../src/diff/compare.ts'
import { ignore, keyed, unordered, within } from '../../../src/diff/tolerance.ts'
import { encode } from '../../../src/model/canonical.ts'
import type { Comparison } from '../../../src/model/comparison.ts'
import type { Data } from '../../../src/model/value.ts'

const compile = (comparison: Comparison) => compileComparison(comparison, { onHidden: () => undefined })
const compare = (comparison: Comparison, legacy: unknown, candidate: unknown) =>
  compileComparison(comparison)(legacy as Data, candidate as Data)

describe('what is no data', () => {
  class Money {
    readonly cents = 5
  }

  it('is refused with its place, never taken as equal', () => {
    const refused = [new Date(0), new Map([[1, 2]]), new Set([1]), new Money(), () => 1, Symbol('x'), /x/]
    for (const value of refused) {
      for (const sides of [
        [{ a: { 'b/c': [value] } }, { a: { 'b/c': [structuredCloneOr(value)] } }],
        [{ a: { 'b/c': [value] } }, { a: { 'b/c': [1] } }],
        [{ a: { 'b/c': [{}] } }, { a: { 'b/c': [value] } }],
      ]) {
        expect(() => compare({}, sides[0], sides[1])).toThrow(
          expect.objectContaining({ code: 'value-unsupported', where: '/a/b~1c/0', hint: expect.stringContaining('plain objects') }),
        )
      }
    }
    expect(() => compare({}, {}, { made: new Date(0) })).toThrow(/an instance of Date/)
  })

  // Another instance of the same value: with the same one there is nothing to compare.
  const structuredCloneOr = (value: unknown): unknown =>
    value instanceof Date ? new Date(value) : value instanceof Map ? new Map(value) : {}

  it('is refused as a hole of an array', () => {
    const holed = [1, undefined, 3]
    expect(() => compare({}, holed, [1, 2, 3])).toThrow(expect.objectContaining({ code: 'value-unsupported', where: '/1' }))
    expect(() => compare({}, [1, 2, 3, 4], holed)).toThrow(expect.objectContaining({ code: 'value-unsupported' }))
  })

  it('is refused as a cycle, in bounded time', () => {
    const [left, right]: { self?: unknown; n: number }[] = [{ n: 1 }, { n: 1 }]
    if (left === undefined || right === undefined) return
    left.self = left
    right.self = right
    expect(() => compare({}, left, right)).toThrow(expect.objectContaining({ code: 'value-unsupported' }))
  })

  it('leaves a comparison as it was for the next call', () => {
    const once = compileComparison({ '/list': unordered() })
    expect(() => once({ list: [{}, {}] }, { list: [new Date(0) as unknown as Data, {}] })).toThrow()
    expect(once({ list: [1] }, { list: [2] })).toHaveLength(2)
  })
})

describe('large and deep data', () => {
  const nested = (depth: number, leaf: Data): Data => {
    let data = leaf
    for (let at = 0; at < depth; at++) data = { inner: data }
    return data
  }

  it('is compared as a whole beyond 64 levels, without a limit of the stack', () => {
    expect(compare({}, nested(50_000, 1), nested(50_000, 1))).toEqual([])
    const [difference, ...more] = compare({}, nested(50_000, 1), nested(50_000, 2))
    expect(more).toEqual([])
    expect(difference).toMatchObject({ path: '/inner'.repeat(64), kind: 'value', shortened: true })
    expect(() => encode(difference as unknown as Data)).not.toThrow()
  })

  it('is told shortened, and says so', () => {
    const [difference] = compare({}, { text: 'x'.repeat(1_000_000) }, {})
    expect(difference).toMatchObject({ path: '/text', kind: 'missing', shortened: true })
    expect(encode(difference as unknown as Data).length).toBeLessThan(20_000)
    const [whole] = compare({}, { text: 'x'.repeat(10_000) }, {})
    expect(whole).toEqual({ path: '/text', kind: 'missing', legacy: 'x'.repeat(10_000) })
  })

  it('keeps a path short enough to be read', () => {
    const [difference] = compare({}, { ['n'.repeat(100_000)]: 1 }, {})
    expect(difference).toMatchObject({ kind: 'missing', shortened: true })
    expect(difference?.path.length).toBeLessThan(2_100)
  })

  it('never tells more than fits, however many large values differ', () => {
    const many = (sign: string): Data => Array.from({ length: 1_000 }, (_, at) => `${at}${sign.repeat(12_000)}`)
    const told = compare({}, many('a'), many('b'))
    expect(told).toHaveLength(200)
    expect(told.at(-1)?.truncated).toBe(800)
    expect(encode(told as unknown as Data).length).toBeLessThan(1_000_000)
  })

  it('tells one of each shape even where there are more differences than are told', () => {
    const items = (change: number): Data =>
      Array.from({ length: 5_000 }, (_, at) => ({ id: `i${at}`, qty: at + change, ...(at === 4_000 && change > 0 ? { late: true } : {}) }))
    const told = compare({ '': keyed('id') }, items(0), items(1))
    expect(told).toHaveLength(201)
    expect(told.at(-1)).toEqual({ path: '/i4000/late', kind: 'extra', candidate: true, truncated: 4_800 })
  })

  it('takes no time that multiplies with the depth of lists in lists', () => {
    const lists = (depth: number, leaf: number, more: number): Data =>
      depth === 0 ? leaf : [lists(depth - 1, leaf, more), ...Array.from({ length: more }, () => 0)]
    const settings: readonly Comparison[] = [
      {},
      { '/**/at': ignore('clock') },
      { '/**': unordered() },
      { '/**': unordered(), '/**/9': within(1) },
    ]
    const began = performance.now()
    for (const setting of settings) {
      for (const [left, right] of [
        [lists(40, 1, 1), lists(40, 2, 2)],
        [lists(40, 1, 2), lists(40, 2, 2)],
      ] as const) {
        expect(compare(setting, left, right)).not.toEqual([])
        expect(compile(setting)(left, structuredClone(left))).toEqual([])
      }
    }
    expect(performance.now() - began).toBeLessThan(5_000)
  })

  it('takes time in proportion to its length, also where everything differs', () => {
    const items = (length: number, change: number): Data =>
      Array.from({ length }, (_, at) => ({ id: `i${at}`, qty: at + change, price: '1.00' }))
    const once = compileComparison({ '': keyed('id'), '/*/price': within('0.01') })
    const msOf = (length: number): number => {
      const [legacy, candidate, mixed] = [items(length, 0), items(length, 1), (items(length, 1) as readonly Data[]).toReversed()]
      const times = Array.from({ length: 3 }, () => {
        const began = performance.now()
        once(legacy, candidate)
        once(legacy, mixed)
        return performance.now() - began
      })
      return Math.min(...times)
    }
    msOf(1_000)
    // Ten times as long, with room for a busy machine; quadratic would be a hundred times.
    expect(msOf(20_000)).toBeLessThan(40 * msOf(2_000) + 20)
  })
})

describe('both sides', () => {
  it('are never changed', () => {
    const frozen = (data: Data): Data => {
      if (typeof data === 'object' && data !== null && !(data instanceof Uint8Array))
        for (const part of Object.values(data)) frozen(part as Data)
      return Object.freeze(data)
    }
    const setting: Comparison = { '/a': keyed('k'), '/b': unordered(), '/c': ignore('x'), '/b/*': within(1) }
    const legacy = frozen({ a: [{ k: 2 }, { k: 1 }], b: [3, 1, 2], c: [1], d: [1, 2] })
    const candidate = frozen({ a: [{ k: 1 }, { k: 3 }], b: [2, 1, 4.5], c: [2], d: [2, 1] })
    expect(compare(setting, legacy, candidate)).not.toEqual([])
  })
})
