import { describe, expect, it } from 'vitest'
import { createBesides } from '../../../../src/classify/judge/besides.ts'
import { createObserver } from '../../../../src/classify/judge/observer.ts'
import { reclassifyProved } from '../../../../src/classify/reclassify.ts'
import type { Besides } from '../../../../src/classify/reclassify.ts'
import type { Context } from '../../../../src/model/context.ts'
import type { PairedDecision } from '../../../../src/model/paired-decision.ts'
import type { Data } from '../../../../src/model/value.ts'
import type { Verdict } from '../../../../src/model/verdict.ts'

interface Made {
  readonly legacy: number
  readonly asOf?: number
  readonly live?: number
  readonly contradicted?: 'candidate' | 'both'
  readonly kind?: string
}

const notBelowZero = { name: 'not below zero', holds: (answer: Data) => Number((answer as { qty: number }).qty) >= 0 }
const context = { invariants: [notBelowZero], olderVersions: [], legacyChanges: [] } as unknown as Context
const answered = (qty: number) => ({ kind: 'decided', answer: { qty }, effects: [] }) as const
const differences = (legacy: number, candidate: number) =>
  legacy === candidate ? [] : [{ path: '/qty', kind: 'value', legacy, candidate }]
const stale = { projection: 'stock', key: 'A', seen: 1, atLegacyCommit: 2, ageMs: 10, cause: 'timing' }

/** A decision in which the candidate answers below zero as of the legacy's commit, unless it agrees. */
const decision = (id: number, { legacy, asOf = -id, live = asOf, contradicted, kind = 'a' }: Made): PairedDecision => {
  const evidence = [
    ...(asOf === legacy ? [] : [{ test: 'invariant:not below zero', words: '', data: { side: 'candidate' } }]),
    ...(contradicted === undefined ? [] : [{ test: 'specification', words: '', data: { contradicted, says: { qty: 0 } } }]),
  ]
  return {
    live: {
      id: `d${id}`,
      trigger: { data: { kind } },
      observation: answered(live),
      candidateVersion: 'v',
      decidedAt: id * 3_600_000,
      reads: [],
    },
    legacy: { observation: answered(legacy), decidedAt: ((id * 7_919) % 293) * 7_200_000 },
    verdict: {
      id: `d${id}`,
      finding: asOf === legacy ? { kind: 'agreed' } : { kind: 'caused', causes: ['defect'], relation: 'single', rule: null },
      fingerprint: `qty ${legacy > 0 ? 'other' : 'zero'}`,
      liveDifferences: differences(legacy, live),
      asOfDifferences: differences(legacy, asOf),
      restoring: live === asOf ? [] : [stale],
      evidence,
      asOf: { observation: answered(asOf), reads: [], inputsRead: [] },
    },
  } as unknown as PairedDecision
}

const many = (count: number, made: (index: number) => Made, from = 1): readonly PairedDecision[] =>
  Array.from({ length: count }, (_, index) => decision(from + index, made(index)))
const verdictOf = ({ verdict }: PairedDecision): Verdict => verdict ?? expect.fail('no verdict')
const rule = { words: 'Besides, the legacy followed a rule.', data: { rule: 'r1' } }

const judged = (
  decisions: readonly PairedDecision[],
  of: PairedDecision,
  ruled: readonly PairedDecision[] = [],
): { readonly besides: Besides; readonly verdict: Verdict } => {
  const observer = createObserver(context)
  for (const one of decisions) observer.note(one)
  const known = new Set<string>(ruled.map(({ live }) => live.id))
  const besides = createBesides(observer.observed(), { ruleOf: (id) => (known.has(id) ? rule : null), isExplained: (id) => known.has(id) })(
    verdictOf(of),
  )
  return { besides, verdict: reclassifyProved(verdictOf(of), besides) }
}
const causesOf = ({ finding }: Verdict): unknown => (finding.kind === 'caused' ? finding.causes : finding)

describe('a candidate that is proved wrong', () => {
  const usual = many(60, () => ({ legacy: 0 }))
  const [one = expect.fail()] = usual

  it('is the one cause where the legacy did what it always does with that mistake, whatever rule would say the same', () => {
    expect(causesOf(judged(usual, one, [one]).verdict)).toEqual(['defect'])
    expect(causesOf(judged(usual, one).verdict)).toEqual(['defect'])
  })

  it('is one of two where a rule says what the legacy did, and mending the candidate would not do', () => {
    const other = decision(900, { legacy: 55 })
    expect(causesOf(judged([...usual, other], other, [other]).verdict)).toEqual(['defect', 'hidden-rule'])
  })

  it('leaves open what else the legacy did, where that is unusual and nothing says when', () => {
    const other = decision(900, { legacy: 55 })
    const { verdict } = judged([...usual, other], other)
    expect(verdict.finding).toEqual({ kind: 'unresolved', reason: 'no-compact-explanation' })
    expect(verdict.evidence.map(({ test }) => test)).toEqual(['invariant:not below zero', 'unexplained-besides'])
    // Of a few nobody can say what is usual.
    const few = usual.slice(0, 10)
    expect(causesOf(judged([...few, other], other).verdict)).toEqual(['defect'])
  })

  it('says nothing of a legacy that contradicts the documents, too, unless it does so each time', () => {
    const both = (kind: string) => (): Made => ({ legacy: 55, contradicted: 'both', kind })
    const agreeing = many(300, (index) => ({ legacy: 0, asOf: 0, kind: ['a', 'b', 'c', 'd', 'e', 'f'][index % 6] ?? '' }), 1_000)
    const struck = many(30, both('b'), 2_000)
    const [first = expect.fail()] = struck
    expect(causesOf(judged([...agreeing, ...struck], first).verdict)).toEqual(['defect', 'hidden-rule'])
    const slips = many(30, (index) => both(['a', 'b', 'c', 'd', 'e', 'f'][index % 6] ?? '')(), 2_000)
    const [slip = expect.fail()] = slips
    expect(judged([...agreeing, ...slips], slip).verdict.finding).toMatchObject({ kind: 'unresolved' })
    const kept = decision(3_000, { legacy: 0, contradicted: 'candidate' })
    expect(causesOf(judged([...agreeing, ...struck, kept], kept, [kept]).verdict)).toEqual(['defect'])
  })

  it('is the one cause where the legacy says the same whatever was read', () => {
    const moved = decision(900, { legacy: 0, live: -7 })
    expect(causesOf(judged([...usual, moved], moved).verdict)).toEqual(['defect'])
    expect(judged([...usual, moved], moved).verdict.evidence.at(-1)?.test).toBe('whatever-was-read')
    // The live answer is not wrong in that way, or the legacy's answers differ as well.
    const right = decision(900, { legacy: 0, live: 7 })
    expect(causesOf(judged([...usual, right], right).verdict)).toEqual(['defect', 'timing'])
    const varied = many(60, (index) => ({ legacy: 1 + index }))
    const another = decision(900, { legacy: 5, live: -7 })
    expect(causesOf(judged([...varied, another], another).verdict)).toEqual(['defect', 'timing'])
  })

  it('is judged the same once more', () => {
    const other = decision(900, { legacy: 55, live: -7 })
    const first = judged([...usual, other], other)
    expect(reclassifyProved(first.verdict, first.besides)).toEqual(first.verdict)
    const ruled = judged([...usual, other], other, [other])
    expect(reclassifyProved(first.verdict, ruled.besides)).toEqual(ruled.verdict)
  })
})
