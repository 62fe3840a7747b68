import fc from 'fast-check'
import { expect, it } from 'vitest'
import { compileComparison } from '../../../src/diff/compare.ts'
import { keyed } from '../../../src/diff/tolerance.ts'
import type { Data } from '../../../src/model/value.ts'

interface Item {
  readonly k: Data
  readonly v: number
}

const keyText = (key: Data): string => (typeof key === 'string' ? key : String(key))

/** By the definition: the first copy of a key with the first, the second with the second. */
const named = (items: readonly Item[]): ReadonlyMap<string, Item> => {
  const counts = new Map<string, number>()
  const found = new Map<string, Item>()
  for (const item of items) {
    const name = keyText(item.k)
    const copy = (counts.get(name) ?? 0) + 1
    counts.set(name, copy)
    found.set(copy === 1 ? name : `${name}#${copy}`, item)
  }
  return found
}

const defined = (legacy: readonly Item[], candidate: readonly Item[]): readonly string[] => {
  const [left, right] = [named(legacy), named(candidate)]
  const names = new Set([...left.keys(), ...right.keys()])
  return [...names].flatMap((name) => {
    const [one, other] = [left.get(name), right.get(name)]
    if (one === undefined) return [`/${name} extra`]
    if (other === undefined) return [`/${name} missing`]
    return one.v === other.v ? [] : [`/${name}/v value`]
  })
}

const compare = compileComparison({ '': keyed('k') })
const told = (legacy: readonly Item[], candidate: readonly Item[]): readonly string[] =>
  compare(legacy as unknown as Data, candidate as unknown as Data).map(({ path, kind }) => `${path} ${kind}`)

const check = (legacy: readonly Item[], candidate: readonly Item[]): void => {
  expect([...told(legacy, candidate)].sort()).toEqual([...defined(legacy, candidate)].sort())
}

const item = (keys: readonly Data[]): fc.Arbitrary<Item> => fc.record({ k: fc.constantFrom(...keys), v: fc.nat(1) })

it('pairs by key as it is defined, whatever is doubled, moved, lost or put in', () => {
  const items = fc.array(item(['a', 'b', 'c', 'd', 1, null, true]), { maxLength: 8 })
  fc.assert(fc.property(items, items, check), { numRuns: 2_000 })
})

it('pairs so too where only a few elements are out of step', () => {
  const long = fc.uniqueArray(item(Array.from({ length: 40 }, (_, at) => `k${at}`)), {
    selector: ({ k }) => k,
    minLength: 10,
    maxLength: 30,
  })
  const edits = fc.array(fc.record({ at: fc.nat(29), put: fc.option(item(['k1', 'k2', 'x', 'y'])), out: fc.boolean() }), { maxLength: 4 })
  fc.assert(
    fc.property(long, edits, (legacy, changes) => {
      let candidate: readonly Item[] = legacy.map((one) => ({ ...one }))
      for (const { at, put, out } of changes)
        candidate = candidate.toSpliced(at % candidate.length, out ? 1 : 0, ...(put === null ? [] : [put]))
      if (candidate.length === 0) return
      check(legacy, candidate)
      check(candidate, legacy)
    }),
    { numRuns: 2_000 },
  )
})

it('takes numbers and bigints of one value for one key, and text for another', () => {
  expect(told([{ k: 5n, v: 1 }], [{ k: 5, v: 1 }])).toEqual([])
  expect(told([{ k: 2n ** 60n + 1n, v: 1 }], [{ k: 2 ** 60, v: 1 }])).toHaveLength(2)
  expect(told([{ k: '5', v: 1 }], [{ k: 5, v: 1 }])).toHaveLength(2)
  expect(
    told(
      [
        { k: '\u0000n1', v: 1 },
        { k: 'x', v: 1 },
      ],
      [
        { k: 'x', v: 1 },
        { k: { n: 1 }, v: 1 },
      ],
    ),
  ).toHaveLength(2)
})

it('is told by the copies of a key that are too many', () => {
  const copies = (count: number): readonly Item[] => Array.from({ length: count }, () => ({ k: 'a', v: 1 }))
  expect(told(copies(2), copies(4))).toEqual(['/a#3 extra', '/a#4 extra'])
  expect(told(copies(3), copies(1))).toEqual(['/a#2 missing', '/a#3 missing'])
})
