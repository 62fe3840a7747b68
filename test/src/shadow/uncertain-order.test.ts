import { describe, expect, it } from 'vitest'
import { epochMs } from '../../../src/model/ids.ts'
import type { RecordedRead } from '../../../src/model/read.ts'
import { contextsFor, stream } from '../../../src/shadow/define-context.ts'
import { inWorld, missedInWorld, possibleWorlds } from '../../../src/shadow/uncertain-order.ts'
import type { PossibleWorld } from '../../../src/shadow/uncertain-order.ts'
import { asOfReads } from '../../../src/shadow/read-resolver.ts'
import { createVersionState } from '../../../src/shadow/version-state.ts'
import type { VersionState } from '../../../src/shadow/version-state.ts'
import { at, change, header } from './changes.ts'

interface Oms {
  stock: { sku: string; whs: string; free: number }
}
const { projection } = contextsFor<Oms>()
const projections = {
  stock: projection({
    kind: 'state',
    from: 'stock',
    key: (row) => row.sku,
    group: (row) => row.whs,
    value: (row) => row.free,
    feed: stream(),
  }),
}
const errorMs = 100

/** The n-th commit of the log, at an instant of the clock that ordered it. */
const wrote = (state: VersionState, number: number, atMs: number, sku: string, free: number): void =>
  state.apply(change(header(number, atMs), 0, 'update', 'stock', { key: sku, after: { sku, whs: 'N', free } }))

const asOf = { position: at(9), ordinal: 0 }
const readAt = epochMs(10_000)
const resolve = (state: VersionState) => asOfReads({ projections, state, before: asOf, masked: [asOf], readAt })
const readOf = (state: VersionState, kind: 'key' | 'group', key: string): RecordedRead =>
  resolve(state)({ projection: 'stock', kind, key }) as RecordedRead

const worldsOf = (
  state: VersionState,
  {
    kind = 'key',
    key = 'A',
    limit = 50,
    live = [],
  }: { kind?: 'key' | 'group'; key?: string; limit?: number; live?: readonly RecordedRead[] } = {},
) =>
  possibleWorlds(state, {
    reads: [readOf(state, kind, key)],
    live,
    asOf,
    committed: { from: readAt, until: readAt },
    transactions: [asOf],
    errorMs,
    limit,
  })
const valuesOf = (worlds: readonly PossibleWorld[]) =>
  worlds.map((world) => Object.fromEntries([...world].map(([unit, version]) => [unit.split('\n')[1], version?.value ?? null])))

describe('what a key may have held, where clocks ordered the commits', () => {
  it('is every version that no other one is sure to have followed, however long ago', () => {
    const state = createVersionState(projections)
    wrote(state, 1, 0, 'A', 1)
    wrote(state, 2, 1_000, 'A', 2)
    wrote(state, 3, 1_130, 'A', 3)
    expect(valuesOf(worldsOf(state).worlds)).toEqual([{ A: 2 }])
    wrote(state, 4, 5_000, 'A', 4)
    expect(valuesOf(worldsOf(state).worlds)).toEqual([])
  })

  it('is what may have been committed just before the legacy’s own commit, or just after', () => {
    const state = createVersionState(projections)
    wrote(state, 1, 0, 'A', 1)
    wrote(state, 8, 9_900, 'A', 8)
    wrote(state, 9, 10_000, 'A', 9)
    wrote(state, 10, 10_130, 'A', 10)
    wrote(state, 11, 10_250, 'A', 11)
    expect(valuesOf(worldsOf(state).worlds)).toEqual([{ A: 10 }, { A: 1 }])
  })

  it('is what the candidate’s own store held, as far as the clocks allow at all', () => {
    const state = createVersionState(projections)
    for (const [index, atMs] of [0, 700, 820, 1_000].entries()) wrote(state, 1 + index, atMs, 'A', index)
    const live = (number: number): readonly RecordedRead[] => [
      { ...readOf(state, 'key', 'A'), entries: [{ key: 'A', value: null, version: state.versions('stock', 'A')[number] ?? null }] },
    ]
    expect(valuesOf(worldsOf(state).worlds)).toEqual([])
    expect(valuesOf(worldsOf(state, { live: live(2) }).worlds)).toEqual([{ A: 2 }])
    expect(valuesOf(worldsOf(state, { live: live(1) }).worlds)).toEqual([])
  })

  it('is nothing where the key may not have been there yet', () => {
    const state = createVersionState(projections)
    wrote(state, 8, 9_900, 'A', 8)
    expect(valuesOf(worldsOf(state).worlds)).toEqual([{ A: null }])
  })

  it('is tried one key at a time, then two, and says where there is more', () => {
    const state = createVersionState(projections)
    for (const [index, sku] of ['A', 'B'].entries()) {
      wrote(state, 1 + index, 0, sku, 1)
      wrote(state, 5 + index, 9_900 + index, sku, 2)
    }
    const all = worldsOf(state, { kind: 'group', key: 'N' })
    expect(valuesOf(all.worlds)).toEqual([{ A: 1 }, { B: 1 }, { A: 1, B: 1 }])
    expect(all.isWhole).toBe(true)
    expect(worldsOf(state, { kind: 'group', key: 'N', limit: 2 })).toMatchObject({ isWhole: false, worlds: { length: 2 } })
  })
})

it('a possible world is read like the log’s own', () => {
  const state = createVersionState(projections)
  wrote(state, 1, 0, 'A', 1)
  wrote(state, 2, 0, 'B', 5)
  wrote(state, 3, 9_900, 'A', 2)
  const [world = new Map()] = worldsOf(state).worlds
  const read = inWorld(resolve(state), state, world)
  expect(read({ projection: 'stock', kind: 'key', key: 'A' })).toMatchObject({ entries: [{ value: 1, version: { position: at(1) } }] })
  expect(read({ projection: 'stock', kind: 'group', key: 'N' })).toMatchObject({
    entries: [
      { key: 'A', value: 1 },
      { key: 'B', value: 5 },
    ],
  })
  const gone = inWorld(resolve(state), state, new Map([['stock\nA', null]]))
  expect(gone({ projection: 'stock', kind: 'group', key: 'N' })).toMatchObject({ entries: [{ key: 'B' }] })
  expect(gone({ projection: 'stock', kind: 'key', key: 'A' })).toMatchObject({ entries: [{ key: 'A', value: null, version: null }] })
})

it('what lies close together is taken for missed, not for seen too early', () => {
  const version = (atMs: number) => ({ position: at(atMs), ordinal: 0, committedAt: epochMs(atMs) })
  const held = { ...version(1_000), value: 1, group: null, isAfterGap: false }
  expect(missedInWorld({ version: version(1_150) }, held, errorMs)).toEqual({ kind: 'behind', at: 1_000 })
  expect(missedInWorld({ version: version(1_300) }, held, errorMs)).toEqual({ kind: 'ahead', at: 1_300 })
  expect(missedInWorld({ version: null }, held, errorMs)).toEqual({ kind: 'behind', at: 1_000 })
  expect(missedInWorld({ version: version(1_300) }, null, errorMs)).toEqual({ kind: 'ahead', at: 1_300 })
})

it('versions that clocks cannot tell apart are kept together', () => {
  for (const [clockErrorMs, kept] of [
    [errorMs, 2],
    [0, 1],
  ] as const) {
    const state = createVersionState(projections, { clockErrorMs })
    wrote(state, 1, 0, 'A', 1)
    wrote(state, 2, 1_000, 'A', 2)
    wrote(state, 3, 1_150, 'A', 3)
    state.prune({ stream: asOf, external: null })
    expect(state.versions('stock', 'A')).toHaveLength(kept)
  }
})
