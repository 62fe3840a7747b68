import { describe, expect, it } from 'vitest'
import { reclassify } from '../../../src/classify/reclassify.ts'
import { classify } from '../../../src/classify/classify.ts'
import { hasViews, viewsOf, withViews } from '../../../src/classify/views.ts'
import type { HiddenRuleId } from '../../../src/model/ids.ts'
import type { Verdict } from '../../../src/model/verdict.ts'
import { decided, examined } from './examined.ts'
import type { Candidate, Scene } from './examined.ts'

const sum: Candidate = (values) => decided({ qty: Object.values(values).reduce((all, one) => all + one, 0) })
const scene = {
  candidate: sum,
  live: { 'stock/A': 1 },
  asOf: { 'stock/A': 5 },
  legacy: decided({ qty: 1 }),
  otherOrders: [{ 'stock/A': 1 }],
} satisfies Scene
const verdictOf = (of: Scene): Promise<Verdict> => classify(examined(of))
const ruled = (verdict: Verdict): Verdict =>
  reclassify(verdict, {
    kind: 'caused',
    causes: ['hidden-rule'],
    rule: 'r' as HiddenRuleId,
    evidence: [{ test: 'overlay-replay', words: '', data: null }],
  })

describe('a decision that another view of the past explains', () => {
  it('keeps what the log’s own view says, and is told by the other one', async () => {
    const verdict = await verdictOf(scene)
    expect(verdict).toMatchObject({ finding: { kind: 'agreed' }, grade: 'B', asOfDifferences: [] })
    const views = viewsOf(verdict)
    expect(views?.inLog).toMatchObject({
      finding: { reason: 'awaiting-mining' },
      asOfDifferences: [{ legacy: 1, candidate: 5 }],
      latent: true,
    })
    expect(views?.otherwise.finding).toEqual({ kind: 'agreed' })
  })

  it('can be told by either view and back again, and nothing is lost', async () => {
    const verdict = await verdictOf({ ...scene, live: { 'stock/A': 9 } })
    const views = viewsOf(verdict)
    if (views === null) throw new Error('one view')
    const told = withViews({ ...views, inLog: ruled(views.inLog) }, true)
    expect(told.finding).toMatchObject({ kind: 'caused', causes: ['hidden-rule', 'timing'] })
    expect(viewsOf(told)).toEqual(views)
    expect(withViews(viewsOf(told) ?? views, false)).toEqual(verdict)
  })

  it('has one view where the log’s own explains it, or proves a side wrong', async () => {
    expect(hasViews(await verdictOf({ ...scene, legacy: decided({ qty: 5 }) }))).toBe(false)
    const wrong = await verdictOf({
      ...scene,
      invariants: [{ name: 'at most four', holds: (answer) => (answer as { qty: number }).qty <= 4 }],
    })
    expect(hasViews(wrong)).toBe(false)
  })
})
