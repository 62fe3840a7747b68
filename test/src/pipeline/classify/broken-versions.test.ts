import { describe, expect, it } from 'vitest'
import type { ChangeEvent } from '../../../../src/model/change-event.ts'
import type { LegacyDecision, LiveDecision } from '../../../../src/model/decision.ts'
import { epochMs, position, rowKey, sourceName, tableName } from '../../../../src/model/ids.ts'
import type { RecordedRead } from '../../../../src/model/read.ts'
import { brokenVersions } from '../../../../src/pipeline/classify/broken-versions.ts'
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

const brokenAt = (changes: readonly ChangeEvent[], at: number, seenAt: number | null = null): readonly string[] => {
  const state = createVersionState({ stock })
  for (const one of changes) state.apply(one)
  const read = (version: number | null): RecordedRead => ({
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
    frontier: position(String(at)),
    readAt: epochMs(at),
  })
  const asOf = { position: position(String(at)), ordinal: 0 }
  const live = { reads: [read(seenAt)], trigger: { position: asOf.position } } as unknown as LiveDecision
  const legacy = { asOf, transactions: [asOf] } as unknown as LegacyDecision
  return brokenVersions(state, { live, legacy, asOf, reads: [read(null)] })
}

describe('a hole in history', () => {
  it('is where the next change says that something else had stood there', () => {
    expect(brokenAt([change(1, 10, null), change(5, 7, 9)], 5)).toEqual(['stock A'])
    expect(brokenAt([change(1, 10, null), change(5, 7, 10)], 5)).toEqual([])
    expect(brokenAt([change(1, 10, null), change(5, null, 8)], 5)).toEqual(['stock A'])
  })

  it('is where a row comes to be that was there already, or changes that never was', () => {
    expect(brokenAt([change(1, 10, null), change(5, 7, null)], 5)).toEqual(['stock A'])
    expect(brokenAt([change(5, 7, 9)], 5)).toEqual(['stock A'])
  })

  it('is where the live run saw a version that the log does not know', () => {
    expect(brokenAt([change(1, 10, null), change(4, 7, 10)], 5, 3)).toEqual(['stock A'])
    expect(brokenAt([change(1, 10, null), change(4, 7, 10)], 5, 4)).toEqual([])
  })

  it('further on than the decision can look is not asked', () => {
    expect(brokenAt([change(1, 10, null), change(9, 7, 9)], 5)).toEqual([])
  })
})
