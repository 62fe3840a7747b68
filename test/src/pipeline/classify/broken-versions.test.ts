import { describe, expect, it } from 'vitest'
import type { ChangeEvent } from '../../../../src/model/change-event.ts'
import type { LegacyDecision, LiveDecision } from '../../../../src/model/decision.ts'
import { epochMs, position, rowKey, sourceName, tableName } from '../../../../src/model/ids.ts'
import type { RecordedRead } from '../../../../src/model/read.ts'
import { brokenVersions } from '../../../../src/pipeline/classify/broken-versions.ts'
import { seenVersions } from '../../../../src/pipeline/classify/seen-versions.ts'
import { createVersionState } from '../../../../src/shadow/version-state.ts'

const stock = {
  kind: 'state',
  from: tableName('stock'),
  key: (row: Readonly<Record<string, unknown>>) => String(row['sku']),
  group: null,
  value: (row: Readonly<Record<string, unknown>>) => Number(row['free']),
  feed: { kind: 'stream' },
  freshWithinMs: null,
} as const

/** A change at a place of the log, with the row as it was before where that is known. */
const change = (at: number, free: number | null, before: number | null): ChangeEvent => ({
  transaction: {
    source: sourceName('s'),
    position: position(String(at)),
    id: String(at),
    beganAt: null,
    committedAt: epochMs(at),
    capturedAt: epochMs(at),
    count: 1,
    snapshot: false,
  },
  ordinal: 0,
  op: free === null ? 'delete' : before === null ? 'create' : 'update',
  table: tableName('stock'),
  key: rowKey('A'),
  before: before === null ? null : { sku: 'A', free: before },
  after: free === null ? null : { sku: 'A', free },
  beforeKind: before === null ? 'none' : 'full',
  omitted: [],
})

const readOf = (version: number | null, reach = 6): RecordedRead => ({
  projection: 'stock',
  kind: 'key',
  key: 'A',
  entries: [
    {
      key: 'A',
      value: 1,
      version: version === null ? null : { position: position(String(version)), ordinal: 0, committedAt: epochMs(version) },
    },
  ],
  feed: 'stream',
  frontier: position(String(reach)),
  readAt: epochMs(reach),
})

/** `reach`: how far the live run had seen. */
const brokenAt = (changes: readonly ChangeEvent[], at: number, reach = 6): readonly string[] => {
  const state = createVersionState({ stock })
  for (const one of changes) state.apply(one)
  const asOf = { position: position(String(at)), ordinal: 0 }
  const live = { reads: [readOf(null, reach)], trigger: { position: asOf.position } } as unknown as LiveDecision
  const legacy = { asOf, transactions: [asOf] } as unknown as LegacyDecision
  return brokenVersions(state, { live, legacy, asOf, reads: [readOf(null, reach)] })
}

describe('a hole in history', () => {
  it('is where the next change says that something else had stood there', () => {
    expect(brokenAt([change(1, 10, null), change(6, 7, 9)], 5)).toEqual(['stock A'])
    expect(brokenAt([change(1, 10, null), change(6, 7, 10)], 5)).toEqual([])
    expect(brokenAt([change(1, 10, null), change(6, null, 8)], 5)).toEqual(['stock A'])
  })

  it('is where a row comes to be that was there already, or changes that never was', () => {
    expect(brokenAt([change(1, 10, null), change(6, 7, null)], 5)).toEqual(['stock A'])
    expect(brokenAt([change(6, 7, 9)], 5)).toEqual(['stock A'])
  })

  it('is filled by what the live run saw', () => {
    const state = createVersionState({ stock })
    for (const one of [change(1, 10, null), change(4, 7, 10)]) state.apply(one)
    const seenIn = (seenAt: number) =>
      seenVersions(state, { reads: [readOf(seenAt)] } as unknown as LiveDecision, {
        before: { position: position('5'), ordinal: 0 },
        masked: [],
      })
    expect([...(seenIn(3)?.values() ?? [])]).toMatchObject([{ key: 'A', value: 1, version: { position: '3' } }])
    expect(seenIn(4)).toBeNull()
    expect(seenIn(6)).toBeNull()
  })

  it('is filled by what the legacy’s own transaction found there', () => {
    expect(brokenAt([change(1, 10, null), change(5, 7, 9)], 5)).toEqual([])
    const state = createVersionState({ stock })
    for (const one of [change(1, 10, null), change(5, 7, 9)]) state.apply(one)
    const own = { position: position('5'), ordinal: 0 }
    expect(state.read('stock', 'A', { upTo: own, masked: [own] }).value).toBe(9)
    expect(state.read('stock', 'A', { upTo: position('5'), masked: [] }).value).toBe(7)
  })

  it('further on than the decision can look is not asked', () => {
    expect(brokenAt([change(1, 10, null), change(9, 7, 9)], 5)).toEqual([])
  })
})
