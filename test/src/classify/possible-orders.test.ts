import { describe, expect, it } from 'vitest'
import { classify } from '../../../src/classify/classify.ts'
import type { Finding, Verdict } from '../../../src/model/verdict.ts'
import { decided, examined } from './examined.ts'
import type { Candidate, Scene } from './examined.ts'

const sum: Candidate = (values) => decided({ qty: Object.values(values).reduce((all, one) => all + one, 0) })
const qty = (value: number) => decided({ qty: value })
const caused = (causes: readonly string[]): Finding => ({ kind: 'caused', causes, relation: 'single', rule: null }) as Finding
const unresolved = (reason: string): Finding => ({ kind: 'unresolved', reason }) as Finding
const verdictOf = (scene: Scene): Promise<Verdict> => classify(examined(scene))
const scene = { candidate: sum, live: { 'stock/A': 1 }, asOf: { 'stock/A': 1 }, legacy: qty(1) } satisfies Scene

describe('where clocks ordered the commits', () => {
  const uncertain = { ...scene, live: { 'stock/A': 1 }, asOf: { 'stock/A': 5 }, otherOrders: [{ 'stock/A': 4 }, { 'stock/A': 1 }] }

  it('another order of them explains: grade B', async () => {
    expect(await verdictOf(uncertain)).toMatchObject({ finding: { kind: 'agreed' }, grade: 'B', latent: false, asOfDifferences: [] })
    expect(await verdictOf({ ...uncertain, live: { 'stock/A': 9 } })).toMatchObject({
      finding: caused(['timing']),
      grade: 'B',
      restoring: [{ seen: 9, atLegacyCommit: 1 }],
      evidence: [{ test: 'commit-order' }, { test: 'as-of-reads-restore' }, { test: 'log-view' }],
    })
  })

  it('the documents, too, tell which order it was', async () => {
    const doubled: Candidate = (values) => qty(2 * Object.values(values).reduce((all, one) => all + one, 0))
    const verdict = await verdictOf({ ...uncertain, candidate: doubled, specification: sum })
    expect(verdict).toMatchObject({ finding: unresolved('awaiting-mining'), asOf: { observation: qty(2) }, grade: 'B' })
    expect(verdict.evidence.find(({ test }) => test === 'specification')).toMatchObject({ data: { contradicted: 'candidate' } })
    const keeps = await verdictOf({
      ...uncertain,
      asOf: { 'stock/A': 1 },
      otherOrders: [{ 'stock/A': 0.5 }],
      candidate: doubled,
      specification: sum,
    })
    expect(keeps).toMatchObject({ asOf: { observation: qty(2) }, grade: 'A' })
  })

  it('where none explains it, that counts which leaves the fewest differences', async () => {
    const both: Candidate = (values) => decided({ qty: values['stock/A'] ?? 0, node: values['stock/A'] === 5 ? 'N2' : 'N1' })
    const verdict = await verdictOf({ ...uncertain, candidate: both, legacy: decided({ qty: 7, node: 'N1' }) })
    expect(verdict).toMatchObject({
      finding: unresolved('awaiting-mining'),
      asOfDifferences: [{ path: '/qty' }],
      restoring: [{ atLegacyCommit: 4 }],
    })
  })
})

it('which view the legacy had is not known where more are possible than can be tried', async () => {
  const hot = { ...scene, live: { 'stock/A': 9 }, asOf: { 'stock/A': 9 }, otherInstants: [{ 'stock/A': 8 }] }
  expect((await verdictOf(hot)).finding).toEqual(unresolved('awaiting-mining'))
  expect(await verdictOf({ ...hot, isScanWhole: false })).toMatchObject({ finding: unresolved('legacy-snapshot-unknown'), grade: 'B' })
  // The documents say what is right: no other view is needed.
  expect((await verdictOf({ ...hot, isScanWhole: false, specification: () => qty(1) })).finding).toEqual(unresolved('awaiting-mining'))
  const { otherInstants, ...still } = hot
  const order = { ...still, otherOrders: otherInstants, isScanWhole: false }
  expect((await verdictOf(order)).finding).toEqual(unresolved('legacy-snapshot-unknown'))
})
