import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileComparison } from '../../../src/diff/compare.ts'
import type { HiddenDifference } from '../../../src/diff/comparing.ts'
import { exact, ignore, keyed, tolerance, unordered, within } from '../../../src/diff/tolerance.ts'
import type { Comparison } from '../../../src/model/comparison.ts'
import { epochMs } from '../../../src/model/ids.ts'
import type { Data } from '../../../src/model/value.ts'
import { applied } from './applied.ts'
import { anyData, relatedData } from './any-data.ts'

const compare = (comparison: Comparison, legacy: Data, candidate: Data) => compileComparison(comparison)(legacy, candidate)

describe('exact comparison', () => {
  it('finds nothing between data and a copy of it', () => {
    fc.assert(
      fc.property(anyData, (value) => {
        expect(compare({}, value, structuredClone(value))).toEqual([])
      }),
    )
  })

  it('finds nothing between data and itself under any arrays setting', () => {
    const settings: Comparison[] = [{ '': unordered() }, { '': keyed('a') }, { '/*': keyed('a') }, { '/*/*': within('0.1') }]
    fc.assert(
      fc.property(anyData, fc.constantFrom(...settings), (value, setting) => {
        expect(compare(setting, value, structuredClone(value))).toEqual([])
      }),
    )
  })

  it('is symmetric but for missing and extra', () => {
    const mirrored = { missing: 'extra', extra: 'missing', value: 'value', type: 'type', order: 'order' } as const
    fc.assert(
      fc.property(anyData, anyData, fc.constantFrom<Comparison>({}, { '': unordered() }, { '': keyed('a') }), (a, b, setting) => {
        const there = compare(setting, a, b).map(({ path, kind }) => `${path} ${kind}`)
        const back = compare(setting, b, a).map(({ path, kind }) => `${path} ${mirrored[kind]}`)
        expect(there.sort()).toEqual(back.sort())
      }),
    )
  })

  it('takes the same elements of a multiset as left over, whichever side is the longer', () => {
    const paths = (legacy: Data, candidate: Data) => compare({ '': unordered() }, legacy, candidate).map(({ path }) => path)
    expect(paths([null], ['a', null, null])).toEqual(['/0', '/2'])
    expect(paths(['a', null, null], [null])).toEqual(['/0', '/2'])
  })

  it('tells enough to make the candidate’s answer out of the legacy’s', () => {
    fc.assert(
      fc.property(fc.oneof(fc.tuple(anyData, anyData), relatedData), ([a, b]) => {
        const made = applied(a, compare({}, a, b))
        expect(compare({}, made, b)).toEqual([])
      }),
      { numRuns: 400 },
    )
  })

  it('tells each kind at its pointer', () => {
    const legacy = { a: 1, gone: true, list: [1, 2, 3], deep: { 'x/y': 'R' }, shape: { q: 1 }, none: null }
    const candidate = { a: 2, new: 'n', list: [3, 2, 1], deep: { 'x/y': 'B' }, shape: 5, none: 'W1' }
    expect(compare({}, legacy, candidate)).toEqual([
      { path: '/a', kind: 'value', legacy: 1, candidate: 2 },
      { path: '/gone', kind: 'missing', legacy: true },
      { path: '/list', kind: 'order', legacy: [1, 2, 3], candidate: [3, 2, 1] },
      { path: '/deep/x~1y', kind: 'value', legacy: 'R', candidate: 'B' },
      { path: '/shape', kind: 'type', legacy: { q: 1 }, candidate: 5 },
      { path: '/none', kind: 'value', legacy: null, candidate: 'W1' },
      { path: '/new', kind: 'extra', candidate: 'n' },
    ])
  })

  it('takes bigint and number as equal in value, but never text and number', () => {
    expect(compare({}, 5n, 5)).toEqual([])
    expect(compare({}, 2n ** 53n, 2 ** 53 + 1)).toEqual([])
    expect(compare({}, 2n ** 53n + 1n, 2 ** 53)).toHaveLength(1)
    expect(compare({}, '1.00', 1)).toMatchObject([{ kind: 'type' }])
    expect(compare({}, '1.00', '1.0')).toMatchObject([{ kind: 'value' }])
    expect(compare({}, [-0, Number.NaN], [0, Number.NaN])).toEqual([])
  })

  it('treats names of Object.prototype as ordinary names', () => {
    expect(compare({}, {}, { toString: 'x' })).toMatchObject([{ path: '/toString', kind: 'extra' }])
    expect(compare({}, { constructor: 1 }, {})).toMatchObject([{ path: '/constructor', kind: 'missing' }])
  })

  it('stops at the wanted number of differences and never mutates', () => {
    const legacy = Object.freeze(Array.from({ length: 1_000 }, (_, index) => index))
    const candidate = Object.freeze(legacy.map((value) => value + 5_000))
    expect(compileComparison({}, { maxDifferences: 7 })(legacy, candidate)).toHaveLength(7)
    expect(compare({}, legacy, candidate)).toHaveLength(200)
    expect(compare({}, legacy, candidate).at(-1)).toMatchObject({ path: '/199', truncated: 800 })
  })
})

describe('tolerances', () => {
  it('compares decimals without floating point', () => {
    const money = { '/total': within('0.01') }
    expect(compare(money, { total: '0.30' }, { total: '0.31' })).toEqual([])
    expect(compare(money, { total: '0.30' }, { total: '0.3100000000000000000001' })).toHaveLength(1)
    expect(compare(money, { total: '90071992547409.93' }, { total: '90071992547409.94' })).toEqual([])
    expect(compare({ '/total': within(0) }, { total: '1.00' }, { total: 1 })).toEqual([])
    expect(compare({ '/total': within('1e-2') }, { total: '1.00' }, { total: 'many' })).toHaveLength(1)
  })

  it('compares by share of the larger', () => {
    expect(compare({ '': tolerance('10 %') }, 90, 100)).toEqual([])
    expect(compare({ '': tolerance('10 %') }, 100, 90)).toEqual([])
    expect(compare({ '': tolerance('10%') }, 89, 100)).toHaveLength(1)
    expect(compare({ '': tolerance('10 %') }, 0, 0)).toEqual([])
  })

  it('compares instants across zones, and never an instant with a wall clock', () => {
    const second = { '': tolerance('1 s') }
    expect(compare(second, '2026-03-01T09:30:00.000001Z', '2026-03-01T10:30:01.000001+01:00')).toEqual([])
    expect(compare(second, '2026-03-01T09:30:00.000000Z', '2026-03-01T09:30:01.000001Z')).toHaveLength(1)
    expect(compare(second, '2026-03-01T09:30:00Z', '2026-03-01T09:30:00')).toHaveLength(1)
    expect(compare(second, 'infinity', 'infinity')).toEqual([])
  })

  it('says what it hid, and stops ignoring after the last day', () => {
    const hits: string[] = []
    const setting = { '/printedAt': ignore('clock', { owner: 'ops', until: '2027-03-01' }), '/lines/*/price': within('0.05') }
    const onHidden = ({ pattern, path }: HiddenDifference): void => void hits.push(`${pattern} ${path}`)
    const legacy = { printedAt: 1, lines: [{ price: '1.00' }, { price: '2.00' }] }
    const candidate = { lines: [{ price: '1.05' }, { price: '2.00' }] }
    expect(compileComparison(setting, { onHidden, at: epochMs(Date.parse('2027-02-28')) })(legacy, candidate)).toEqual([])
    expect(hits).toEqual(['/printedAt /printedAt', '/lines/*/price /lines/0/price'])
    expect(compileComparison(setting, { at: epochMs(Date.parse('2027-03-01')) })(legacy, candidate)).toMatchObject([
      { path: '/printedAt', kind: 'missing' },
    ])
  })

  it('lets a name win over a star, and keeps what the star says further down', () => {
    const setting = { '/*/qty': within(1), '/strict/qty': exact, '/strict/other': within(5) }
    expect(compare(setting, { a: { qty: 1 }, strict: { qty: 1 } }, { a: { qty: 2 }, strict: { qty: 2 } })).toMatchObject([
      { path: '/strict/qty' },
    ])
    expect(compare({ '/*/qty': within(1), '/a/other': exact }, { a: { qty: 1 } }, { a: { qty: 2 } })).toEqual([])
  })

  it('refuses nonsense with a hint', () => {
    expect(() => within('a lot')).toThrow(/not a tolerance/)
    expect(() => within(-1)).toThrow(/not a tolerance/)
    expect(() => ignore(' ')).toThrow(/not a tolerance/)
    expect(() => ignore('x', { until: 'soon' })).toThrow(/not a tolerance/)
    expect(() => compare({ total: exact }, 1, 1)).toThrow(/not a JSON Pointer/)
  })
})

describe('arrays', () => {
  const byNode = { '/nodes': keyed('node') }

  it('matches by key, whatever the order, and names elements by it', () => {
    const legacy = {
      nodes: [
        { node: 'W1', qty: 1 },
        { node: 'W2', qty: 2 },
        { node: 'W/3', qty: 3 },
      ],
    }
    const candidate = {
      nodes: [
        { node: 'W/3', qty: 4 },
        { node: 'W1', qty: 1 },
        { node: 'W9', qty: 2 },
      ],
    }
    expect(compare(byNode, legacy, candidate)).toEqual([
      { path: '/nodes/W2', kind: 'missing', legacy: { node: 'W2', qty: 2 } },
      { path: '/nodes/W~13/qty', kind: 'value', legacy: 3, candidate: 4 },
      { path: '/nodes/W9', kind: 'extra', candidate: { node: 'W9', qty: 2 } },
    ])
  })

  it('tells surplus copies of one key', () => {
    const once = { nodes: [{ node: 'W1', qty: 1 }] }
    const twice = {
      nodes: [
        { node: 'W1', qty: 1 },
        { node: 'W1', qty: 2 },
      ],
    }
    expect(compare(byNode, once, twice)).toMatchObject([{ path: '/nodes/W1#2', kind: 'extra' }])
    expect(compare(byNode, twice, twice)).toEqual([])
  })

  it('keeps several fields apart in a key, and text apart from numbers', () => {
    const setting = { '': keyed('a', 'b') }
    expect(compare(setting, [{ a: 'x,y', b: 'z' }], [{ a: 'x', b: 'y,z' }])).toHaveLength(2)
    expect(compare(setting, [{ a: 1, b: 2 }], [{ a: 1n, b: 2 }])).toEqual([])
    expect(compare(setting, [{ a: '1', b: 2 }], [{ a: 1, b: 2 }])).toHaveLength(2)
  })

  it('counts unordered elements, and matches left-overs within their tolerance', () => {
    expect(compare({ '': unordered() }, ['a', 'b', 'b'], ['b', 'a', 'b'])).toEqual([])
    expect(compare({ '': unordered() }, ['a', 'b', 'b'], ['b', 'a', 'a'])).toEqual([
      { path: '/2', kind: 'missing', legacy: 'b' },
      { path: '/2', kind: 'extra', candidate: 'a' },
    ])
    expect(compare({ '': unordered(), '/*': within('0.1') }, [1, 2], [2.05, 1.05])).toEqual([])
    expect(compare({ '': unordered() }, [[new Uint8Array([1, 2])]], [[new Uint8Array([1]), 2]])).toHaveLength(2)
  })

  it('matches many elements in any order', () => {
    const many = Array.from({ length: 20_000 }, (_, index) => ({ node: `N${index}`, qty: index }))
    expect(compare({ '': keyed('node') }, many, many.toReversed())).toEqual([])
    expect(compare({ '': unordered() }, many, many.toReversed())).toEqual([])
  })
})
