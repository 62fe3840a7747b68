import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { ChangeEvent } from '../../../../src/model/change-event.ts'
import { epochMs, resumeToken } from '../../../../src/model/ids.ts'
import { comparePoints, endOfLog } from '../../../../src/model/log-point.ts'
import type { Context } from '../../../../src/model/context.ts'
import type { Observation } from '../../../../src/model/observation.ts'
import type { PairedDecision } from '../../../../src/model/paired-decision.ts'
import type { Verdict } from '../../../../src/model/verdict.ts'
import { classifyContext } from '../../../../src/pipeline/classify.ts'
import { createClassifyOne } from '../../../../src/pipeline/classify/classify-one.ts'
import type { ReadyCursor } from '../../../../src/ports/classify-store.ts'
import type { Store } from '../../../../src/ports/store.ts'
import { createVersionState } from '../../../../src/shadow/version-state.ts'
import type { Parcel, PostOptions } from './parcels.ts'
import { contextOf, documented, runPost, sourceOf } from './parcels.ts'

/** Some rates come late, so that there are timing, stale data and a rule. */
const options: PostOptions = {
  candidate: documented,
  legacy: (parcel, rate, at) => documented(parcel, rate, at) + (parcel.kg >= 25 ? 700 : 0),
  parcels: 240,
  lag: '30 min',
}
const context = contextOf(options)
let changes: ChangeEvent[] = []
let decisions: readonly PairedDecision[] = []

beforeAll(async () => {
  const { signal } = new AbortController()
  for await (const item of sourceOf(options).read({ from: null, signal, until: 'current' })) {
    if (item.kind === 'transaction') changes = [...changes, ...item.changes()]
  }
  decisions = [...(await runPost(options)).pairs.values()]
})

const byId = (verdicts: readonly Verdict[]): ReadonlyMap<string, Verdict> => new Map(verdicts.map((verdict) => [verdict.id, verdict]))

const after = ({ legacy }: PairedDecision, cursor: ReadyCursor | null): boolean => {
  const at = { ...(legacy.asOf ?? legacy.trigger), id: legacy.id }
  return cursor === null || (comparePoints(at, cursor) || (at.id < cursor.id ? -1 : at.id > cursor.id ? 1 : 0)) > 0
}

/** A store that holds decisions and changes, and breaks down at some of its commits. */
const storeOf = (verdicts: Map<string, Verdict>, breaksAt: ReadonlySet<number>, held: readonly PairedDecision[]): Store => {
  let cursor: ReadyCursor | null = null
  let commits = 0
  const sorted = held.toSorted((a, b) => comparePoints(a.legacy.asOf ?? a.legacy.trigger, b.legacy.asOf ?? b.legacy.trigger))
  const part: Partial<Store> = {
    classifyCursor: async () => cursor,
    pairCursor: async () => ({ at: endOfLog, settledBefore: endOfLog, lastPaired: null, ended: true }),
    stageCursor: async () => endOfLog,
    eventsBehind: async () => ({ events: [], seen: null }),
    captureCursor: async () => ({
      token: resumeToken('end'),
      position: changes.at(-1)?.transaction.position ?? endOfLog.position,
      at: epochMs(Number.MAX_SAFE_INTEGER),
      phase: 'ended',
    }),
    readyDecisions: async ({ after: from, limit }) => sorted.filter((one) => after(one, from)).slice(0, limit),
    readChanges: async ({ after: from, upTo, tables }) =>
      changes.filter(
        ({ transaction: { position }, table }) =>
          (from === null || position > from) && position <= upTo && tables?.includes(table) !== false,
      ),
    commitVerdicts: async ({ next, verdicts: told }) => {
      commits += 1
      if (breaksAt.has(commits)) throw new Error('power loss')
      for (const verdict of told) verdicts.set(verdict.id, verdict)
      cursor = next
    },
  }
  return part as Store
}

const classifyAll = async (
  batchDecisions: number,
  breaksAt: readonly number[] = [],
  { of = context, held = decisions }: { readonly of?: Context; readonly held?: readonly PairedDecision[] } = {},
): Promise<ReadonlyMap<string, Verdict>> => {
  const verdicts = new Map<string, Verdict>()
  const store = storeOf(verdicts, new Set(breaksAt), held)
  for (;;) {
    try {
      const { signal } = new AbortController()
      await classifyContext({ context: of, store, source: sourceOf(options).name, signal, onClassified: () => undefined, batchDecisions })
      return verdicts
    } catch (cause) {
      if (!(cause instanceof Error) || cause.message !== 'power loss') throw cause
    }
  }
}

/** What the documents say of a parcel with the rate that comes within the hour after it; null where none comes. */
const withNextRate = ({ live, legacy }: PairedDecision): Observation | null => {
  const parcel = live.trigger.data as unknown as Parcel
  const asOf = legacy.asOf ?? live.trigger
  const at = legacy.answeredAt ?? live.decidedAt
  const next = changes.find(
    ({ table, after: row, transaction }) => table === 'tariff' && row?.['zone'] === parcel.zone && transaction.position > asOf.position,
  )
  if (next === undefined || next.transaction.committedAt > at + 3_600_000) return null
  return { kind: 'decided', answer: { cents: documented(parcel, Number(next.after?.['rate']), at) }, effects: [] }
}

const classifyInOrder = async (order: readonly PairedDecision[]): Promise<ReadonlyMap<string, Verdict>> => {
  const state = createVersionState(context.reads)
  for (const change of changes) state.apply(change)
  const rolling = { state, advance: async () => undefined, forget: () => undefined, keptFrom: () => null }
  const classifyOne = createClassifyOne(context, rolling)
  const verdicts: Verdict[] = []
  for (const decision of order) verdicts.push(await classifyOne(decision, new AbortController().signal))
  return byId(verdicts)
}

describe('classification', () => {
  it('has something of everything to do here', async () => {
    const kinds = new Set(
      [...(await classifyAll(500)).values()].map(({ finding }) => (finding.kind === 'caused' ? finding.causes.join() : finding.kind)),
    )
    expect([...kinds].sort()).toEqual(['agreed', 'stale-data', 'timing', 'unresolved'])
  })

  it('does not depend on the batch size, nor on where it broke down and went on', async () => {
    const whole = await classifyAll(500)
    expect(whole.size).toBe(240)
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 90 }),
        fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 4 }),
        async (batch, breaks) => {
          expect(await classifyAll(batch, breaks)).toEqual(whole)
        },
      ),
      { numRuns: 8 },
    )
  })

  it('does not depend on the batch size where clocks ordered the commits either', async () => {
    // The legacy said what the candidate said live: it had the rates in another order.
    const held = decisions.map((one) => ({ ...one, legacy: { ...one.legacy, observation: one.live.observation } }))
    const uncertain = { of: { ...context, clockErrorMs: 3_600_000 }, held }
    const whole = await classifyAll(500, [], uncertain)
    expect([...whole.values()].filter(({ evidence }) => evidence.some(({ test }) => test === 'commit-order')).length).toBeGreaterThan(3)
    for (const batch of [1, 7, 60]) expect(await classifyAll(batch, [1], uncertain)).toEqual(whole)
  })

  it('reads on where clocks ordered the commits: what stands after a decision may have come before it', async () => {
    // The legacy had the rate that stands next in the log.
    const held = decisions.map((one) => ({ ...one, legacy: { ...one.legacy, observation: withNextRate(one) ?? one.legacy.observation } }))
    const uncertain = { of: { ...context, clockErrorMs: 3_600_000 }, held }
    const whole = await classifyAll(500, [], uncertain)
    const found = [...whole.values()].filter(({ evidence }) => evidence.some(({ test }) => test === 'commit-order'))
    expect(found.filter(({ finding }) => finding.kind === 'caused').length).toBeGreaterThan(10)
    for (const batch of [1, 7]) expect(await classifyAll(batch, [], uncertain)).toEqual(whole)
  })

  it('does not depend on the order of decisions, and replayed twice says the same', async () => {
    const inOrder = await classifyInOrder(decisions)
    expect([...inOrder.keys()].sort()).toEqual(decisions.map(({ live }) => live.id).sort())
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([...decisions], { minLength: 240 }), async (order) => {
        expect(await classifyInOrder(order)).toEqual(inOrder)
      }),
      { numRuns: 4 },
    )
  })
})
