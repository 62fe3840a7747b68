import { expect, test } from 'vitest'
import { assumed, estimateOf } from '../../../src/pipeline/estimate.ts'

const load = {
  watchedMs: 2_000,
  changesPerSecond: 100,
  counted: 'captured tables',
  usualChangesPerSecond: 20,
  logBytesPerSecond: 1,
  rowBytes: 200,
} as const

test('an estimate is in proportion to what was watched, or to what is usual where that is more', () => {
  const perChange = assumed.storeBytesPerChange + assumed.storeBytesPerRowByte * 200
  expect(estimateOf(load)).toEqual({
    changesPerSecond: 100,
    storeBytesPerDay: 100 * 86_400 * perChange,
    cpuShare: (100 * assumed.cpuMicrosPerChange) / 1e6,
  })
  expect(estimateOf({ ...load, changesPerSecond: 0 })).toMatchObject({ changesPerSecond: 20, storeBytesPerDay: 20 * 86_400 * perChange })
  expect(estimateOf({ ...load, changesPerSecond: 0, usualChangesPerSecond: null, rowBytes: null })).toEqual({
    changesPerSecond: 0,
    storeBytesPerDay: 0,
    cpuShare: 0,
  })
})
