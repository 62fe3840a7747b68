import { describe, expect, it } from 'vitest'
import { compileComparison } from '../../../src/diff/compare.ts'
import { compileFingerprint } from '../../../src/diff/fingerprint.ts'
import { keyed, unordered } from '../../../src/diff/tolerance.ts'
import { contextName } from '../../../src/model/ids.ts'
import type { Data } from '../../../src/model/value.ts'

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

  it('keeps contexts apart', () => {
    expect(compileFingerprint(contextName('other'), comparison)([])).not.toBe(fingerprintOf([]))
  })
})
