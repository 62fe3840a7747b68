import { describe, expect, it } from 'vitest'
import { readiness } from '../../../src/gate/readiness.ts'
import type { GateEvidence } from '../../../src/gate/evidence.ts'
import type { GateCheck } from '../../../src/model/readiness.ts'

const clean: GateEvidence = {
  nights: 5,
  decisions: 10_000,
  compared: 10_000,
  remainder: 0,
  unpaired: 0,
  mismatches: 0,
  openDefects: 0,
  unresolved: 0,
  rules: { found: 2, decided: 2 },
  deadLetters: 0,
  tolerances: [],
  environment: { plateaus: [], timingRule: null, words: 'Timing rises with lag.' },
  feeds: [{ projection: 'stock', reads: 9000, stale: 0, lagP99Ms: 200, freshWithinMs: 1000 }],
}

const check = (id: string, evidence: Partial<GateEvidence>): GateCheck => {
  const found = readiness('promise', { ...clean, ...evidence }).checks.find((one) => one.id === id)
  if (found === undefined) expect.fail(`no check ${id}`)
  return found
}

describe('readiness', () => {
  it('is READY when every check passes', () => {
    const answer = readiness('promise', clean)
    expect(answer.verdict).toBe('READY')
    expect(answer.context).toBe('promise')
    expect(answer.checks.every((one) => one.verdict === 'pass' && one.missing === null)).toBe(true)
  })

  it('never passes on absent evidence', () => {
    for (const absent of [
      { remainder: null },
      { mismatches: null },
      { openDefects: null },
      { unresolved: null },
      { rules: null },
      { deadLetters: null },
      { tolerances: null },
      { environment: null },
      { feeds: null },
      { compared: 0 },
    ] satisfies Partial<GateEvidence>[]) {
      expect(readiness('promise', { ...clean, ...absent }).verdict).toBe('INSUFFICIENT EVIDENCE')
    }
    expect(
      readiness('promise', { ...clean, compared: 0 })
        .checks.filter((one) => one.verdict === 'pass')
        .map((one) => one.id),
    ).toEqual(['tolerances-in-force', 'dead-letters'])
  })

  it('is NOT READY when one check fails, whatever is insufficient besides', () => {
    expect(readiness('promise', { ...clean, openDefects: 1, rules: null }).verdict).toBe('NOT READY')
  })

  it('counts everything that is missing', () => {
    expect(check('evidence-present', { remainder: 3 })).toMatchObject({ verdict: 'fail', missing: '3 decisions are in no account' })
    expect(check('evidence-present', { unpaired: 500 }).verdict).toBe('fail')
    expect(check('open-defects', { openDefects: 4 }).verdict).toBe('fail')
    expect(check('unexplained-share', { unresolved: 10 }).verdict).toBe('pass')
    expect(check('unexplained-share', { unresolved: 11 })).toMatchObject({
      verdict: 'fail',
      missing: 'an explanation of at least 1 more divergences',
    })
    expect(check('hidden-rules-decided', { rules: { found: 3, decided: 2 } }).missing).toContain('1 hidden rule')
    expect(check('dead-letters', { deadLetters: 1 }).verdict).toBe('fail')
  })
})

describe('tolerances', () => {
  const one = { path: '/total', owner: 'billing', until: '2026-03-01', expired: false, hits: 3 }

  it('past their day close the gate, and are named with their owner', () => {
    expect(check('tolerances-in-force', { tolerances: [one] }).verdict).toBe('pass')
    const expired = check('tolerances-in-force', { tolerances: [one, { ...one, path: '/note', expired: true, hits: 0 }] })
    expect(expired.verdict).toBe('fail')
    expect(expired.missing).toContain('/note (billing, until 2026-03-01)')
    expect(readiness('promise', { ...clean, tolerances: [{ ...one, expired: true }] }).verdict).toBe('NOT READY')
  })
})

describe('the mismatch bound', () => {
  it('tells how many nights are missing', () => {
    const answer = check('mismatch-bound', { nights: 2, compared: 2000, mismatches: 0 })
    expect(answer.verdict).toBe('insufficient')
    expect(answer.missing).toContain('2,104')
    expect(answer.etaNights).toBe(3)
  })

  it('fails when the share itself is too high, because nights will not mend that', () => {
    expect(check('mismatch-bound', { mismatches: 50 })).toMatchObject({ verdict: 'fail', etaNights: null })
  })

  it('passes exactly when the anytime bound does', () => {
    expect(check('mismatch-bound', { compared: 4104, mismatches: 0 }).verdict).toBe('pass')
    expect(check('mismatch-bound', { compared: 4103, mismatches: 0 }).verdict).toBe('insufficient')
    expect(check('mismatch-bound', { compared: 7069, mismatches: 1 }).verdict).toBe('insufficient')
  })
})

describe('fresh feeds', () => {
  const feed = { projection: 'item', reads: 1000, stale: 0, lagP99Ms: 10, freshWithinMs: 100 }

  it('fail on stale reads and on lag beyond the limit', () => {
    expect(check('feeds-fresh', { feeds: [{ ...feed, stale: 2 }] })).toMatchObject({ verdict: 'fail' })
    expect(check('feeds-fresh', { feeds: [{ ...feed, lagP99Ms: 101 }] })).toMatchObject({ verdict: 'fail' })
    expect(check('feeds-fresh', { feeds: [{ ...feed, stale: 1 }] })).toMatchObject({ verdict: 'pass' })
  })

  it('are insufficient when a feed was never read', () => {
    expect(check('feeds-fresh', { feeds: [{ ...feed, reads: 0 }] })).toMatchObject({ verdict: 'insufficient' })
  })
})

describe('the environment', () => {
  const environment = { plateaus: [], timingRule: null, words: '' }

  it('must respond to lag, and no rule may foretell it', () => {
    expect(check('environment-proved', { environment }).verdict).toBe('pass')
    expect(check('environment-proved', { environment: { ...environment, plateaus: ['9 % without lag'] } }).verdict).toBe('fail')
    expect(check('environment-proved', { environment: { ...environment, timingRule: 'When …' } }).verdict).toBe('fail')
  })
})
