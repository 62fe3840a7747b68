import { describe, expect, it } from 'vitest'
import { classify } from '../../../src/classify/classify.ts'
import { isResidue, reclassify } from '../../../src/classify/reclassify.ts'
import type { MiningOutcome } from '../../../src/classify/reclassify.ts'
import type { HiddenRuleId } from '../../../src/model/ids.ts'
import type { Verdict } from '../../../src/model/verdict.ts'
import { decided, examined } from './examined.ts'
import type { Candidate } from './examined.ts'

const candidate: Candidate = (values) => decided({ qty: values['stock/A'] ?? 0 })
const verdictOf = (live: number, asOf: number, legacy: number): Promise<Verdict> =>
  classify(examined({ candidate, live: { 'stock/A': live }, asOf: { 'stock/A': asOf }, legacy: decided({ qty: legacy }) }))
const rule = 'r1' as HiddenRuleId
const evidence = [{ test: 'read-set', words: 'It never reads the tier.', data: null }]
const explained = (liveDiffers: boolean, cause: 'hidden-rule' | 'defect' | 'owner-decides' = 'hidden-rule'): MiningOutcome => ({
  kind: 'rule',
  rule,
  cause,
  liveDifferences: liveDiffers ? [{ path: '/qty', kind: 'value', legacy: 1, candidate: 2 }] : [],
  evidence,
})

describe('after mining', () => {
  it('a rule that restores both answers is the one cause', async () => {
    expect(reclassify(await verdictOf(9, 9, 1), explained(false)).finding).toEqual({
      kind: 'caused',
      causes: ['hidden-rule'],
      relation: 'single',
      rule,
    })
  })

  it('the reads that moved the live answer are part of the cause where it still differs', async () => {
    const residue = await verdictOf(7, 9, 1)
    expect(reclassify(residue, explained(true)).finding).toEqual({
      kind: 'caused',
      causes: ['hidden-rule', 'timing'],
      relation: 'compound',
      rule,
    })
    expect(reclassify(residue, explained(false)).finding).toMatchObject({ causes: ['hidden-rule'], relation: 'single' })
  })

  it('a latent one is the rule alone', async () => {
    const latent = await verdictOf(1, 9, 1)
    expect(latent.latent).toBe(true)
    expect(reclassify(latent, explained(true)).finding).toMatchObject({ causes: ['hidden-rule'] })
  })

  it('what nobody but the owner can decide, or nothing explains, stays unresolved', async () => {
    const residue = await verdictOf(9, 9, 1)
    expect(reclassify(residue, explained(false, 'owner-decides')).finding).toEqual({ kind: 'unresolved', reason: 'owner-decides' })
    expect(reclassify(residue, { kind: 'no-explanation', evidence: [] }).finding).toEqual({
      kind: 'unresolved',
      reason: 'no-compact-explanation',
    })
    expect(reclassify(residue, { kind: 'defect', evidence }).finding).toMatchObject({ causes: ['defect'], rule: null })
  })

  it('mining again gives the same, and another outcome replaces the first', async () => {
    const once = reclassify(await verdictOf(9, 9, 1), explained(false))
    expect(reclassify(once, explained(false))).toEqual(once)
    expect(reclassify(reclassify(once, { kind: 'defect', evidence }), explained(false))).toEqual(once)
    expect(reclassify(once, { kind: 'no-explanation', evidence: [] }).finding).toMatchObject({ kind: 'unresolved' })
  })

  it('touches nothing else', async () => {
    for (const verdict of [await verdictOf(1, 1, 1), await verdictOf(9, 1, 1)]) {
      expect(isResidue(verdict)).toBe(false)
      expect(reclassify(verdict, explained(false))).toBe(verdict)
    }
  })
})
