import { describe, expect, it } from 'vitest'
import { epochMs } from '../../../src/model/ids.ts'
import type { RecordedRead } from '../../../src/model/read.ts'
import { contextsFor, external } from '../../../src/shadow/define-context.ts'
import { feedProgress } from '../../../src/shadow/feed-progress.ts'
import { missedVersion } from '../../../src/shadow/missed-version.ts'
import { createVersionState } from '../../../src/shadow/version-state.ts'
import { at, change, header } from './changes.ts'

interface Oms {
  itm_mst: { sku: string; pack: number }
}
const { projection } = contextsFor<Oms>()
const item = projection({
  kind: 'reference',
  from: 'itm_mst',
  key: (row) => row.sku,
  value: (row) => ({ pack: row.pack }),
  feed: external(async () => undefined),
})

// A goes 1 → 2 → 1 at 1, 3 and 5 s; B goes 1 → 2 at 1 and 4 s.
const state = createVersionState({ item })
for (const [seconds, ordinal, sku, pack] of [
  [1, 0, 'A', 1],
  [1, 1, 'B', 1],
  [3, 0, 'A', 2],
  [4, 0, 'B', 2],
  [5, 0, 'A', 1],
] as const) {
  state.apply(change(header(seconds), ordinal, 'update', 'itm_mst', { key: sku, after: { sku, pack } }))
}

const read = (key: string, pack: number, readAt: number): RecordedRead => ({
  projection: 'item',
  kind: 'key',
  key,
  entries: [{ key, value: { pack }, version: null }],
  feed: 'external',
  frontier: null,
  readAt: epochMs(readAt),
})

const missed = (one: RecordedRead, others: readonly RecordedRead[]): unknown => {
  const [entry] = one.entries
  if (entry === undefined) return null
  const missedFrom = () => feedProgress(state, [one, ...others]).missedFrom('item', one.readAt)
  return missedVersion(state, { read: one, entry, before: { position: at(4), ordinal: 0 }, masked: [], missedFrom })
}

describe('the progress of an external feed', () => {
  it('is not known where every read saw the newest version', () => {
    expect(feedProgress(state, [read('B', 2, 4_500)]).missedFrom('item', epochMs(4_500))).toBe(Number.POSITIVE_INFINITY)
  })

  it('is bounded by what any read missed, at that instant and before, not after', () => {
    const progress = feedProgress(state, [read('B', 1, 6_000)])
    expect(progress.missedFrom('item', epochMs(5_500))).toBe(4_000)
    expect(progress.missedFrom('item', epochMs(6_000))).toBe(4_000)
    expect(progress.missedFrom('item', epochMs(6_001))).toBe(Number.POSITIVE_INFINITY)
    expect(progress.missedFrom('other', epochMs(5_500))).toBe(Number.POSITIVE_INFINITY)
  })

  it('tells which of two equal versions was seen', () => {
    expect(missed(read('A', 1, 5_500), [])).toMatchObject({ kind: 'ahead', at: 5_000 })
    expect(missed(read('A', 1, 5_500), [read('B', 1, 6_000)])).toMatchObject({ kind: 'behind', at: 3_000 })
  })
})
