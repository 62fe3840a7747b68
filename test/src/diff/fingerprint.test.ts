import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileComparison } from '../../../src/diff/compare.ts'
import { compileFingerprint } from '../../../src/diff/fingerprint.ts'
import { exact, keyed, unordered } from '../../../src/diff/tolerance.ts'
import { contextName } from '../../../src/model/ids.ts'
import type { Data } from '../../../src/model/value.ts'
import { anyData } from './any-data.ts'

const comparison = { '/nodes': keyed('node'), '/tags': unordered() }
const compare = compileComparison(comparison)
const fingerprintOf = compileFingerprint(contextName('promise'), comparison)
const print = (legacy: Data, candidate: Data) => fingerprintOf(compare(legacy, candidate))

describe('fingerprint', () => {
  it('is the same for copies of one cause with other ids, amounts and order', () => {
    const one = print(
      { outcome: 'R', nodes: [{ node: 'W1', qty: 5 }], id: 'A17' },
      { outcome: 'B', nodes: [{ node: 'W1', qty: 3 }], id: 'A18' },
    )
    const two = print(
      { id: 'C9', outcome: 'R', nodes: [{ node: 'W7', qty: '50.5' }] },
      { id: 'C10', nodes: [{ node: 'W7', qty: '3' }], outcome: 'B' },
    )
    expect(two).toBe(one)
  })

  it('tells other directions, words, paths and kinds apart', () => {
    const prints = [
      print({ qty: 5 }, { qty: 3 }),
      print({ qty: 3 }, { qty: 5 }),
      print({ other: 3 }, { other: 5 }),
      print({ outcome: 'R' }, { outcome: 'B' }),
      print({ outcome: 'R' }, { outcome: 'X' }),
      print({ qty: 5 }, {}),
      print({}, { qty: 5 }),
      print({ tags: ['a'] }, { tags: [] }),
    ]
    expect(new Set(prints).size).toBe(prints.length)
  })

  it('clusters failures by reason and by what their message says', () => {
    const failed = (message: string): string =>
      fingerprintOf([{ path: '', kind: 'type', legacy: {}, candidate: { failed: 'threw', message } }])
    expect(failed("no item 'SKU-1' of 17")).toBe(failed("no item 'SKU-2' of 4"))
    expect(failed('no item')).not.toBe(failed('no node'))
  })

  it('hangs neither on the order of differences nor on the order of names and elements', () => {
    const reordered = (value: Data): Data => {
      if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
      if (Array.isArray(value)) return value.map((item: Data) => reordered(item))
      return Object.fromEntries(
        Object.entries(value)
          .toReversed()
          .map(([name, part]) => [name, reordered(part as Data)]),
      )
    }
    fc.assert(
      fc.property(anyData, anyData, (a, b) => {
        const differences = compare(a, b)
        expect(fingerprintOf(differences.toReversed())).toBe(fingerprintOf(differences))
        expect(print(reordered(a), reordered(b))).toBe(fingerprintOf(differences))
      }),
    )
    const nodes = fc.uniqueArray(fc.record({ node: fc.string(), qty: fc.nat(9) }), { selector: ({ node }) => node })
    fc.assert(
      fc.property(nodes, nodes, (a, b) => {
        expect(print({ nodes: a.toReversed() }, { nodes: b.toReversed() })).toBe(print({ nodes: a }, { nodes: b }))
      }),
    )
  })

  it('does not hang on which of too many differences are told', () => {
    const of = (change: number, order: (names: string[]) => string[]): Data => {
      const names = Array.from({ length: 900 }, (_, at) => `SKU-${1_000 + at}`)
      return Object.fromEntries(order(names).map((name) => [name, name === 'SKU-1899' ? { gone: change } : { qty: 5 + change }]))
    }
    const straight = print(
      of(0, (names) => names),
      of(1, (names) => names),
    )
    const back = print(
      of(0, (names) => names.toReversed()),
      of(1, (names) => names.toReversed()),
    )
    expect(back).toBe(straight)
  })

  it('takes numbers in names for ids, and short ones only where the comparison says that names are data', () => {
    const starred = compileFingerprint(contextName('promise'), { '/by/*': exact })
    const of = (path: string): string => starred([{ path, kind: 'value', legacy: 1, candidate: 2 }])
    expect(of('/by/W1')).toBe(of('/by/W2'))
    expect(of('/address1')).not.toBe(of('/address2'))
    expect(of('/SKU-1001')).toBe(of('/SKU-1002'))
    expect(of('/0b54aa10-6f6e-4c5c-9d0c-4d4c8a1c9a11')).toBe(of('/7c9e6679-7425-40de-944b-e07fc1f90ae7'))
  })

  it('keeps contexts apart', () => {
    expect(compileFingerprint(contextName('other'), comparison)([])).not.toBe(fingerprintOf([]))
  })
})
