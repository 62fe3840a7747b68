import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { epochMs } from '../../../src/model/ids.ts'
import type { RecordedRead } from '../../../src/model/read.ts'
import { external, contextsFor, stream } from '../../../src/shadow/define-context.ts'
import { missedVersion } from '../../../src/shadow/missed-version.ts'
import { scanPoints } from '../../../src/shadow/scan-points.ts'
import { createVersionState } from '../../../src/shadow/version-state.ts'
import { at, change, header } from './changes.ts'

interface Oms {
  inv_bal: { sku: string; node: string; qty: number; note: string }
  itm_mst: { sku: string; pack: number }
}
const { projection } = contextsFor<Oms>()
const projections = {
  stock: projection({
    kind: 'state',
    from: 'inv_bal',
    key: (r) => `${r.sku}/${r.node}`,
    group: (r) => r.sku,
    value: (r) => ({ qty: r.qty }),
    feed: stream(),
  }),
  item: projection({
    kind: 'reference',
    from: 'itm_mst',
    key: (r) => r.sku,
    value: (r) => ({ pack: r.pack }),
    feed: external(async () => undefined),
  }),
}
const stock = (number: number, ordinal: number, node: string, qty: number, op: 'create' | 'update' = 'update', sku = 'S') =>
  change(header(number), ordinal, op, 'inv_bal', { key: `["${node}"]`, after: { sku, node, qty, note: '' } })
const none = { masked: [] }

describe('version state', () => {
  it('shows each key as of a point, exclusive of the point and inclusive of a position', () => {
    const state = createVersionState(projections)
    for (const one of [stock(1, 0, 'A', 10, 'create'), stock(2, 3, 'A', 8), stock(3, 0, 'A', 5)]) state.apply(one)
    const qtyAt = (upTo: Parameters<typeof state.read>[2]['upTo']) => state.read('stock', 'S/A', { upTo, masked: [] }).value
    expect(qtyAt({ position: at(1), ordinal: 0 })).toBeNull()
    expect(qtyAt(at(1))).toEqual({ qty: 10 })
    expect(qtyAt({ position: at(2), ordinal: 3 })).toEqual({ qty: 10 })
    expect(qtyAt({ position: at(2), ordinal: 4 })).toEqual({ qty: 8 })
    expect(qtyAt(at(9))).toEqual({ qty: 5 })
    expect(state.read('stock', 'S/Z', { upTo: at(9), masked: [] })).toEqual({ key: 'S/Z', value: null, version: null })
  })

  it('masks own transactions from their own work on', () => {
    const state = createVersionState(projections)
    for (const one of [stock(1, 0, 'A', 10, 'create'), stock(2, 0, 'A', 9), stock(2, 5, 'A', 4), stock(3, 0, 'A', 3)]) state.apply(one)
    expect(state.read('stock', 'S/A', { upTo: at(2), masked: [{ position: at(2), ordinal: 1 }] }).value).toEqual({ qty: 9 })
    expect(state.read('stock', 'S/A', { upTo: at(2), masked: [{ position: at(2), ordinal: 0 }] }).value).toEqual({ qty: 10 })
    expect(state.read('stock', 'S/A', { upTo: at(3), masked: [{ position: at(2), ordinal: 0 }] }).value).toEqual({ qty: 3 })
  })

  it('lists a group by key, without the deleted, the moved and the not yet born', () => {
    const state = createVersionState(projections)
    for (const one of [stock(1, 0, 'B', 1, 'create'), stock(1, 1, 'A', 2, 'create'), stock(2, 0, 'C', 3, 'create')]) state.apply(one)
    state.apply(change(header(3), 0, 'delete', 'inv_bal', { key: '["A"]' }))
    state.apply(stock(3, 1, 'B', 1, 'update', 'T'))
    const keysAt = (number: number, sku: string) => state.group('stock', sku, { upTo: at(number), ...none }).map((entry) => entry.key)
    expect(keysAt(1, 'S')).toEqual(['S/A', 'S/B'])
    expect(keysAt(2, 'S')).toEqual(['S/A', 'S/B', 'S/C'])
    expect(keysAt(3, 'S')).toEqual(['S/C'])
    expect(keysAt(3, 'T')).toEqual(['T/B'])
    expect(state.read('stock', 'S/B', { upTo: at(3), ...none }).value).toBeNull()
  })

  it('takes columns that the source left out from the old row, and empties on truncate', () => {
    const state = createVersionState(projections)
    state.apply(stock(1, 0, 'A', 10, 'create'))
    const old = { sku: 'S', node: 'A', qty: 10, note: '' }
    state.apply(
      change(header(2), 0, 'update', 'inv_bal', { key: '["A"]', before: old, after: { sku: 'S', node: 'A' }, omitted: ['qty', 'note'] }),
    )
    expect(state.read('stock', 'S/A', { upTo: at(2), ...none }).value).toEqual({ qty: 10 })
    state.apply(change(header(3), 0, 'truncate', 'inv_bal', {}))
    expect(state.group('stock', 'S', { upTo: at(3), ...none })).toEqual([])
    expect(state.group('stock', 'S', { upTo: at(2), ...none })).toHaveLength(1)
  })

  it('passes over changes that it knows already', () => {
    const state = createVersionState(projections)
    for (const one of [stock(1, 0, 'A', 10, 'create'), stock(2, 0, 'A', 9), stock(1, 0, 'A', 10, 'create'), stock(2, 0, 'A', 9)])
      state.apply(one)
    expect(state.versionCount()).toBe(2)
  })

  it('prunes nothing that a view at or after the point can see', () => {
    const steps = fc.array(fc.record({ node: fc.constantFrom('A', 'B'), qty: fc.integer({ min: -1, max: 3 }) }), { maxLength: 30 })
    fc.assert(
      fc.property(steps, fc.nat(32), (list, cut) => {
        const [whole, pruned] = [createVersionState(projections), createVersionState(projections)]
        list.forEach(({ node, qty }, index) => {
          const one = qty < 0 ? change(header(index + 1), 0, 'delete', 'inv_bal', { key: `["${node}"]` }) : stock(index + 1, 0, node, qty)
          whole.apply(one)
          pruned.apply(one)
        })
        const keepFrom = { position: at(cut), ordinal: 0 }
        pruned.prune({ stream: keepFrom, external: null })
        for (let number = cut; number <= list.length + 1; number++) {
          const view = { upTo: { position: at(number), ordinal: 0 }, masked: [] }
          for (const key of ['S/A', 'S/B']) expect(pruned.read('stock', key, view)).toEqual(whole.read('stock', key, view))
          expect(pruned.group('stock', 'S', view)).toEqual(whole.group('stock', 'S', view))
        }
        if (cut > list.length) expect(pruned.versionCount()).toBeLessThanOrEqual(2)
      }),
    )
  })

  it('names the projection that fails on a row', () => {
    const bad = projection({ kind: 'state', from: 'inv_bal', key: (r) => r.note.trim(), value: () => 1, feed: stream() })
    const state = createVersionState({ bad })
    expect(() => state.apply(change(header(1), 0, 'create', 'inv_bal', { after: { sku: 'S' } }))).toThrow(/projection 'bad' fails/)
  })
})

describe('missed versions', () => {
  const state = createVersionState(projections)
  for (const [number, pack] of [
    [1, 6],
    [2, 12],
    [3, 24],
    [4, 12],
  ] as const) {
    state.apply(change(header(number), 0, number === 1 ? 'create' : 'update', 'itm_mst', { key: '["S"]', after: { sku: 'S', pack } }))
    state.apply(stock(number, 1, 'A', pack, number === 1 ? 'create' : 'update'))
  }
  const missed = (feed: 'stream' | 'external', pack: number | null, before: number, frontier: number | null) => {
    const name = feed === 'stream' ? 'stock' : 'item'
    const key = feed === 'stream' ? 'S/A' : 'S'
    const entry = { key, value: pack === null ? null : { pack }, version: null }
    const read: RecordedRead = {
      projection: name,
      kind: 'key',
      key,
      entries: [entry],
      feed,
      frontier: frontier === null ? null : at(frontier),
      readAt: epochMs(0),
    }
    return missedVersion(state, { read, entry, before: { position: at(before), ordinal: 0 }, masked: [], clockAheadMs: 10_000 })
  }

  it('finds the oldest one behind a stream by its frontier, and one that was seen too early', () => {
    expect(missed('stream', 6, 4, 1)).toMatchObject({ kind: 'behind', at: 2_000 })
    expect(missed('stream', 24, 3, 3)).toMatchObject({ kind: 'ahead', at: 3_000 })
    expect(missed('stream', 24, 4, 3)).toBeNull()
  })

  it('finds the version of an external feed by its value', () => {
    expect(missed('external', 6, 4, null)).toMatchObject({ kind: 'behind', at: 2_000, seen: { position: at(1) } })
    expect(missed('external', 12, 4, null)).toMatchObject({ kind: 'behind', at: 3_000, seen: { position: at(2) } })
    expect(missed('external', 24, 2, null)).toMatchObject({ kind: 'ahead', at: 3_000 })
    expect(missed('external', 7, 4, null)).toMatchObject({ kind: 'unknown', at: 3_000, seen: null })
    expect(missed('external', null, 4, null)).toMatchObject({ kind: 'behind', at: 1_000 })
  })

  it('scans the distinct states of an interval, nearest first, and beyond it while the decision goes on', () => {
    const reads: RecordedRead[] = [
      { projection: 'stock', kind: 'group', key: 'S', entries: [], feed: 'stream', frontier: at(4), readAt: epochMs(0) },
    ]
    const query = { reads, from: epochMs(2_000), asOf: { position: at(4), ordinal: 0 }, limit: 10 }
    expect(scanPoints(state, { ...query, transactions: [] })).toEqual([
      { position: at(3), ordinal: 0 },
      { position: at(2), ordinal: 0 },
    ])
    const spread = { ...query, asOf: { position: at(2), ordinal: 0 }, transactions: [{ position: at(4), ordinal: 0 }] }
    expect(scanPoints(state, spread).map((point) => point.position)).toEqual([at(2), at(3)])
  })
})
