import { describe, expect, it } from 'vitest'
import { classify } from '../../../src/classify/classify.ts'
import type { Finding, Verdict } from '../../../src/model/verdict.ts'
import { decided, examined, failed, legacyAtMs } from './examined.ts'
import type { Candidate, Scene } from './examined.ts'

const sum: Candidate = (values) => decided({ qty: Object.values(values).reduce((all, one) => all + one, 0) })
const qty = (value: number) => decided({ qty: value })
const caused = (causes: readonly string[], relation = 'single'): Finding => ({ kind: 'caused', causes, relation, rule: null }) as Finding
const unresolved = (reason: string): Finding => ({ kind: 'unresolved', reason }) as Finding
const verdictOf = (scene: Scene): Promise<Verdict> => classify(examined(scene))
/** Agrees when first asked, and then answers otherwise each time. */
const wandering = (): Candidate => {
  let asked = 0
  return () => {
    asked += 1
    return qty(asked)
  }
}
const scene = { candidate: sum, live: { 'stock/A': 1 }, asOf: { 'stock/A': 1 }, legacy: qty(1) } satisfies Scene

describe('agreement', () => {
  it('of live and as-of answer is agreed', async () => {
    const verdict = await verdictOf(scene)
    expect(verdict).toMatchObject({
      finding: { kind: 'agreed' },
      grade: 'A',
      latent: false,
      fingerprint: null,
      revision: 3,
      exposure: 700,
      decidedAt: legacyAtMs,
    })
    expect(verdict.asOf.observation).toEqual(qty(1))
  })

  it('needs no replay', async () => {
    const input = examined(scene)
    await classify(input)
    expect(input.replays()).toBe(0)
  })

  it('by luck is latent', async () => {
    const verdict = await verdictOf({ ...scene, asOf: { 'stock/A': 7 } })
    expect(verdict).toMatchObject({
      finding: unresolved('awaiting-mining'),
      latent: true,
      liveDifferences: [],
      asOfDifferences: [{ path: '/qty' }],
    })
    expect(verdict.restoring).toMatchObject([{ projection: 'stock', key: 'A', seen: 1, atLegacyCommit: 7 }])
  })
})

describe('the environment', () => {
  it.each<[string, Partial<Scene>, string, number]>([
    ['state within the settlement time', { ageMs: { 'stock/A': 5_000 } }, 'timing', 5_000],
    ['state beyond the settlement time', { ageMs: { 'stock/A': 5_001 } }, 'stale-data', 5_001],
    ['state from after the legacy', { missed: { 'stock/A': 'ahead' } }, 'timing', -50],
    ['state of before the legacy’s later decision', { ageMs: { 'stock/A': -400 } }, 'timing', -400],
  ])('%s', async (_, part, cause, ageMs) => {
    const verdict = await verdictOf({ ...scene, live: { 'stock/A': 9 }, ...part })
    expect(verdict).toMatchObject({
      finding: caused([cause]),
      grade: 'A',
      latent: false,
      asOfDifferences: [],
      restoring: [{ projection: 'stock', key: 'A', seen: 9, atLegacyCommit: 1, ageMs, cause }],
    })
    expect(verdict.fingerprint).not.toBeNull()
  })

  it.each<[string, string, number, string]>([
    ['reference data that is fresh enough', 'item/X', 100_000, 'timing'],
    ['reference data beyond its freshness limit', 'item/X', 100_001, 'stale-data'],
    ['state with a limit of its own', 'slot/X', 101, 'stale-data'],
    ['reference data without a limit, beyond the settlement time', 'rate/X', 5_001, 'stale-data'],
  ])('%s', async (_, name, ageMs, cause) => {
    const verdict = await verdictOf({ ...scene, live: { [name]: 9 }, asOf: { [name]: 1 }, ageMs: { [name]: ageMs } })
    expect(verdict.finding).toEqual(caused([cause]))
  })

  const stale = { ageMs: { 'item/X': 200_000 } }

  it('needs both of two reads: compound', async () => {
    const both: Candidate = (values) => qty(values['stock/A'] === 1 && values['item/X'] === 1 ? 1 : 0)
    const verdict = await verdictOf({
      ...stale,
      candidate: both,
      live: { 'stock/A': 9, 'item/X': 9 },
      asOf: { 'stock/A': 1, 'item/X': 1 },
      legacy: qty(1),
    })
    expect(verdict).toMatchObject({ finding: caused(['timing', 'stale-data'], 'compound'), grade: 'A' })
    expect(verdict.restoring).toHaveLength(2)
  })

  it('has two reads of which each would do: overdetermined', async () => {
    const either: Candidate = (values) => qty(values['stock/A'] === 1 || values['item/X'] === 1 ? 1 : 0)
    const verdict = await verdictOf({
      ...stale,
      candidate: either,
      live: { 'stock/A': 9, 'item/X': 9 },
      asOf: { 'stock/A': 1, 'item/X': 1 },
      legacy: qty(1),
    })
    expect(verdict).toMatchObject({ finding: caused(['timing', 'stale-data'], 'overdetermined'), grade: 'B' })
  })

  it('blames only the reads that matter', async () => {
    const candidate: Candidate = (values) => qty(values['stock/A'] ?? 0)
    const verdict = await verdictOf({
      ...stale,
      candidate,
      live: { 'stock/A': 9, 'item/X': 9 },
      asOf: { 'stock/A': 1, 'item/X': 1 },
      legacy: qty(1),
    })
    expect(verdict.finding).toEqual(caused(['timing']))
    expect(verdict.restoring.map((read) => read.projection)).toEqual(['stock'])
  })

  it('is the clock where no read explains', async () => {
    const candidate: Candidate = (_, clockMs) => qty(clockMs <= legacyAtMs ? 1 : 0)
    const verdict = await verdictOf({ ...scene, candidate, live: { 'stock/A': 9 } })
    expect(verdict).toMatchObject({ finding: caused(['timing']), restoring: [{ projection: 'clock', ageMs: 1_000 }] })
  })

  it('is grade B where the value that was seen belongs to no version', async () => {
    const verdict = await verdictOf({
      ...scene,
      live: { 'item/X': 9 },
      asOf: { 'item/X': 1 },
      missed: { 'item/X': 'unknown' },
      ageMs: { 'item/X': 200_000 },
    })
    expect(verdict).toMatchObject({ finding: caused(['stale-data']), grade: 'B' })
    expect(verdict.evidence.map((one) => one.test)).toContain('value-of-no-version')
  })

  it('can make a candidate throw', async () => {
    const candidate: Candidate = (values) => (values['item/X'] === 0 ? failed('threw') : qty(1))
    const verdict = await verdictOf({ ...scene, candidate, live: { 'item/X': 0 }, asOf: { 'item/X': 1 } })
    expect(verdict).toMatchObject({
      finding: caused(['timing']),
      liveDifferences: [{ path: '', kind: 'type', candidate: { failed: 'threw' } }],
    })
  })

  it('is the legacy’s own correction, where the candidate said its first word', async () => {
    const verdict = await verdictOf({ ...scene, legacy: qty(4), first: qty(1) })
    expect(verdict).toMatchObject({
      finding: caused(['timing']),
      asOfDifferences: [],
      liveDifferences: [{ path: '/qty' }],
      evidence: [{ test: 'settlement' }],
    })
    expect((await verdictOf({ ...scene, legacy: qty(9), first: qty(1), live: { 'stock/A': 9 } })).finding).toEqual({ kind: 'agreed' })
  })

  it('is another instant of the legacy’s own transaction: grade B', async () => {
    const earlier = { ...scene, live: { 'stock/A': 9 }, asOf: { 'stock/A': 5 }, otherInstants: [{ 'stock/A': 4 }, { 'stock/A': 1 }] }
    const verdict = await verdictOf(earlier)
    expect(verdict).toMatchObject({
      finding: caused(['timing']),
      grade: 'B',
      asOfDifferences: [],
      restoring: [{ seen: 9, atLegacyCommit: 1 }],
    })
    expect(await verdictOf({ ...earlier, live: { 'stock/A': 1 } })).toMatchObject({
      finding: { kind: 'agreed' },
      grade: 'B',
      latent: false,
    })
  })
})

describe('what cannot be known', () => {
  it.each<[string, Partial<Scene>, string]>([
    ['the legacy never answered', { legacy: { kind: 'absent', reason: 'time-limit' } }, 'unpaired'],
    ['history is too short', { missingVersions: ['stock A'] }, 'missing-version'],
    ['replays always give another answer than the live run', { liveAnswer: qty(77) }, 'unrecorded-read'],
    ['replays give one answer and another', { liveAnswer: qty(77), candidate: wandering() }, 'nondeterministic-candidate'],
    ['the answer as of then is another each time', { legacy: qty(44), candidate: wandering() }, 'nondeterministic-candidate'],
    ['other code decided, and is not at hand', { liveAnswer: qty(77), presentVersion: 'w' }, 'candidate-replaced'],
    ['history has a hole where it is looked at', { legacy: qty(44), brokenVersions: ['stock A'] }, 'missing-version'],
    ['the candidate timed out live, but agrees', { liveAnswer: failed('timed-out') }, 'nondeterministic-candidate'],
    ['the candidate was not asked live', { liveAnswer: failed('circuit-open') }, 'nondeterministic-candidate'],
    ['the logic differs, and nothing proves either wrong', { legacy: qty(44) }, 'awaiting-mining'],
  ])('%s', async (_, part, reason) => {
    const verdict = await verdictOf({ ...scene, ...part })
    expect(verdict.finding).toEqual(unresolved(reason))
    expect(verdict.evidence).not.toEqual([])
  })

  it('is told of a read that nobody recorded', async () => {
    const input = examined({ ...scene, live: { 'stock/A': 9 }, asOf: { 'stock/A': 1 } })
    const run = async () => qty(9)
    expect((await classify({ ...input, snapshot: { ...input.snapshot, run } })).finding).toEqual(unresolved('unrecorded-read'))
  })

  it('is told when a replay fails', async () => {
    const input = examined({ ...scene, live: { 'stock/A': 9 } })
    const run = () => Promise.reject(new Error('no state'))
    expect((await classify({ ...input, snapshot: { ...input.snapshot, run } })).finding).toEqual(unresolved('replay-failed'))
  })
})

it('gives no verdict when it is called off', async () => {
  const stop = new AbortController()
  const input = { ...examined({ ...scene, live: { 'stock/A': 9 } }), signal: stop.signal }
  const run = () => {
    stop.abort(new Error('shut down'))
    return Promise.reject(stop.signal.reason)
  }
  await expect(classify({ ...input, snapshot: { ...input.snapshot, run } })).rejects.toThrow('shut down')
})

describe('proof of wrongness', () => {
  const invariants = [
    { name: 'never more than asked', holds: (answer: unknown) => (answer as { qty: number }).qty <= 5 },
    {
      name: 'cannot be evaluated',
      holds: () => {
        throw new Error('bug')
      },
    },
  ]

  it.each(['threw', 'timed-out', 'wrong-shape'] as const)('the candidate %s with all as the legacy saw it: defect', async (reason) => {
    const verdict = await verdictOf({ ...scene, candidate: () => failed(reason), legacy: qty(1) })
    expect(verdict).toMatchObject({
      finding: caused(['defect']),
      evidence: [{ test: `candidate-${reason}` }],
      asOfDifferences: [{ path: '' }],
    })
  })

  it('its as-of answer breaks an invariant: defect, also when live agreed', async () => {
    expect((await verdictOf({ ...scene, live: { 'stock/A': 9 }, asOf: { 'stock/A': 9 }, invariants })).finding).toEqual(caused(['defect']))
    expect(await verdictOf({ ...scene, asOf: { 'stock/A': 9 }, invariants })).toMatchObject({ finding: caused(['defect']), latent: true })
  })

  it('the legacy’s answer breaks it: legacy defect', async () => {
    expect((await verdictOf({ ...scene, legacy: qty(9), invariants })).finding).toEqual(caused(['legacy-defect']))
    const both = await verdictOf({ ...scene, live: { 'stock/A': 8 }, asOf: { 'stock/A': 8 }, legacy: qty(9), invariants })
    expect(both.finding).toEqual(caused(['defect', 'legacy-defect'], 'compound'))
  })

  it('does not excuse the environment where the live answer is another one', async () => {
    const verdict = await verdictOf({ ...scene, live: { 'stock/A': 3 }, asOf: { 'stock/A': 9 }, invariants })
    expect(verdict).toMatchObject({ finding: caused(['defect', 'timing'], 'compound'), restoring: [{ seen: 3, atLegacyCommit: 9 }] })
    const same = await verdictOf({ ...scene, live: { 'stock/A': 8 }, asOf: { 'stock/A': 9 }, invariants })
    expect(same.finding).toEqual(caused(['defect', 'timing'], 'compound'))
  })

  it('is alone where the live answer is the as-of answer', async () => {
    const verdict = await verdictOf({ ...scene, live: { 'stock/A': 9 }, asOf: { 'stock/A': 9 }, invariants })
    expect(verdict.finding).toEqual(caused(['defect']))
  })

  it('wins over another instant that would explain', async () => {
    const verdict = await verdictOf({
      ...scene,
      live: { 'stock/A': 9 },
      asOf: { 'stock/A': 9 },
      otherInstants: [{ 'stock/A': 1 }],
      invariants,
    })
    expect(verdict.finding).toEqual(caused(['defect']))
  })
})

it('compares effects where the legacy states any', async () => {
  const mail = (to: string) => ({ kind: 'decided', answer: { qty: 1 }, effects: [{ kind: 'mail', payload: { to } }] }) as const
  expect((await verdictOf({ ...scene, candidate: () => mail('a') })).finding.kind).toBe('agreed')
  const verdict = await verdictOf({ ...scene, candidate: () => mail('a'), legacy: mail('b') })
  expect(verdict.asOfDifferences).toMatchObject([{ path: '/effects/0/payload/to', legacy: 'b', candidate: 'a' }])
})
