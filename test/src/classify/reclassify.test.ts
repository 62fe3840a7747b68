import { describe, expect, it } from 'vitest'
import { classify } from '../../../src/classify/classify.ts'
import { isProved, isResidue, otherCodeOf, reclassify, reclassifyByOtherCode } from '../../../src/classify/reclassify.ts'
import type { Judgement } from '../../../src/classify/reclassify.ts'
import type { HiddenRuleId } from '../../../src/model/ids.ts'
import type { Verdict } from '../../../src/model/verdict.ts'
import { decided, examined } from './examined.ts'
import type { Candidate } from './examined.ts'

const candidate: Candidate = (values) => decided({ qty: values['stock/A'] ?? 0 })
const verdictOf = async (live: number, asOf: number, legacy: number): Promise<Verdict> =>
  classify(examined({ candidate, live: { 'stock/A': live }, asOf: { 'stock/A': asOf }, legacy: decided({ qty: legacy }) }))
const rule = 'r1' as HiddenRuleId
const evidence = [{ test: 'read-set', words: 'It never reads the tier.', data: null }]
const ruled: Judgement = { kind: 'caused', causes: ['hidden-rule'], rule, evidence }
const wrong: Judgement = { kind: 'caused', causes: ['defect'], rule: null, evidence }
const unexplained = (reason: 'no-compact-explanation' | 'owner-decides' | 'legacy-inconsistent'): Judgement => ({
  kind: 'unresolved',
  reason,
  evidence: [],
})

describe('after mining', () => {
  it('a rule that restores both answers is the one cause', async () => {
    expect(reclassify(await verdictOf(9, 9, 1), ruled).finding).toEqual({
      kind: 'caused',
      causes: ['hidden-rule'],
      relation: 'single',
      rule,
    })
  })

  it('the reads that moved the live answer are part of the cause', async () => {
    const residue = await verdictOf(7, 9, 1)
    expect(reclassify(residue, ruled).finding).toEqual({ kind: 'caused', causes: ['hidden-rule', 'timing'], relation: 'compound', rule })
    expect(reclassify(residue, wrong).finding).toMatchObject({ causes: ['defect', 'timing'], relation: 'compound' })
  })

  it('a latent one is the rule alone', async () => {
    const latent = await verdictOf(1, 9, 1)
    expect(latent.latent).toBe(true)
    expect(reclassify(latent, ruled).finding).toMatchObject({ causes: ['hidden-rule'] })
  })

  it.each(['no-compact-explanation', 'owner-decides', 'legacy-inconsistent'] as const)('what is %s stays unresolved', async (reason) => {
    const once = reclassify(await verdictOf(9, 9, 1), unexplained(reason))
    expect(once.finding).toEqual({ kind: 'unresolved', reason })
    expect(isResidue(once)).toBe(true)
  })

  it('mining again gives the same, and another judgement replaces the first', async () => {
    const once = reclassify(await verdictOf(9, 9, 1), ruled)
    expect(reclassify(once, ruled)).toEqual(once)
    expect(reclassify(reclassify(once, wrong), ruled)).toEqual(once)
    expect(reclassify(once, unexplained('no-compact-explanation')).finding).toMatchObject({ kind: 'unresolved' })
  })

  it('touches nothing else', async () => {
    for (const verdict of [await verdictOf(1, 1, 1), await verdictOf(9, 1, 1)]) {
      expect(isResidue(verdict)).toBe(false)
      expect(reclassify(verdict, ruled)).toBe(verdict)
    }
  })
})

describe('reads that other code would not have fallen for', () => {
  const verdictWith = (older: Readonly<Record<string, Candidate>>): Promise<Verdict> =>
    Promise.resolve(classify(examined({ candidate, live: { 'stock/A': 9 }, asOf: { 'stock/A': 1 }, legacy: decided({ qty: 1 }), older })))
  const doubt = { words: 'It was wrong more often.', data: null }

  it('are the one cause where the other code is the worse one, and are both again where it proves the better', async () => {
    const verdict = await verdictWith({ v1: () => decided({ qty: 1 }) })
    expect(otherCodeOf(verdict)).toMatchObject({ version: 'v1' })
    expect([isProved(verdict), isResidue(verdict)]).toEqual([false, false])
    const doubted = reclassifyByOtherCode(verdict, doubt)
    expect(doubted.finding).toMatchObject({ causes: ['timing'], relation: 'single' })
    expect(reclassifyByOtherCode(doubted, doubt)).toEqual(doubted)
    expect(reclassifyByOtherCode(doubted, null)).toEqual(verdict)
  })

  it('are no matter of other code where there is none that is right', async () => {
    const verdict = await verdictWith({ v1: () => decided({ qty: 3 }) })
    expect(otherCodeOf(verdict)).toBeNull()
    expect(reclassifyByOtherCode(verdict, doubt)).toBe(verdict)
  })
})
