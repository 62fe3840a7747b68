import { expect, test } from 'vitest'
import type { CauseLabel } from '../../../../src/model/night.ts'
import type { Observation } from '../../../../src/model/observation.ts'
import type { Divergence } from '../../../../src/pipeline/night/clusters.ts'
import { createClusters } from '../../../../src/pipeline/night/clusters.ts'

const failed: Observation = { kind: 'failed', reason: 'threw', message: '' }

const divergence = (at: number, label: CauseLabel, observation: Observation = failed): Divergence =>
  ({
    live: { id: `d${at}`, trigger: { key: `k${at}`, data: {} }, decidedAt: at, observation },
    legacy: { observation: null },
    verdict: {
      fingerprint: `f${at}`,
      exposure: 2,
      evidence: [],
      liveDifferences: [{ path: `/x${at}` }],
      asOfDifferences: [],
      asOf: { observation },
      restoring: [],
    },
    label,
    rule: null,
  }) as unknown as Divergence

test('ten thousand shapes are told in a few hundred rows that add up to all of them', () => {
  const clusters = createClusters()
  for (let at = 0; at < 10_000; at++) clusters.add(divergence(at, at % 4 === 0 ? 'timing' : 'defect'))
  for (let at = 0; at < 5; at++) clusters.add(divergence(7, 'defect'))
  const { clusters: told } = clusters.result()
  expect(told.length).toBeLessThan(250)
  expect(told[0]).toMatchObject({ fingerprint: 'f7', count: 6 })
  const sum = (cause: CauseLabel): number => told.reduce((total, one) => total + (one.cause === cause ? one.count : 0), 0)
  expect([sum('timing'), sum('defect')]).toEqual([2_500, 7_505])
  expect(told.reduce((total, one) => total + (one.exposure ?? 0), 0)).toBe(20_010)
  expect(told.filter(({ fingerprint }) => fingerprint === 'others').every(({ words, example }) => words !== '' && example !== '')).toBe(
    true,
  )
  expect(clusters.result().clusters).toEqual(told)
})

test('answers of megabytes do not add up: a thousand shapes of them stay within a bound', () => {
  const clusters = createClusters()
  const large: Observation = {
    kind: 'decided',
    answer: Array.from({ length: 20_000 }, (_, at) => `line ${at} of a long answer`),
    effects: [],
  }
  for (let at = 0; at < 1_000; at++) clusters.add(divergence(at, 'defect', large))
  const { cases, clusters: told } = clusters.result()
  expect(told.reduce((total, one) => total + one.count, 0)).toBe(1_000)
  expect(cases.length).toBeGreaterThan(50)
  expect(JSON.stringify(cases).length).toBeLessThan(15_000_000)
})
