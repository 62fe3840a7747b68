import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contextsFor, external } from '../../../../src/shadow/define-context.ts'
import type { BusinessEvent } from '../../../../src/model/business-event.ts'
import type { ChangeEvent } from '../../../../src/model/change-event.ts'
import { pending } from '../../../../src/model/context.ts'
import { decisionId } from '../../../../src/model/hash.ts'
import { epochMs, resumeToken } from '../../../../src/model/ids.ts'
import { afterTransaction, comparePoints, endOfLog } from '../../../../src/model/log-point.ts'
import type { LogPoint } from '../../../../src/model/read.ts'
import type { Verdict } from '../../../../src/model/verdict.ts'
import { classifyContext } from '../../../../src/pipeline/classify.ts'
import { createClassifyOne } from '../../../../src/pipeline/classify/classify-one.ts'
import type { ReadyCursor, ReadyDecision } from '../../../../src/ports/classify-store.ts'
import type { Store } from '../../../../src/ports/store.ts'
import { seededRandom } from '../../../../src/shadow/random.ts'
import { createVersionState } from '../../../../src/shadow/version-state.ts'
import { at, change, header, trigger } from '../../shadow/changes.ts'

interface Shop {
  itm: { sku: string; pack: number }
  answer: { ord: string }
}
const { defineContext, projection } = contextsFor<Shop>()
const settlesMs = 1_000
const context = defineContext('promise', {
  on: 'promise.requested',
  reads: {
    item: projection({
      kind: 'reference',
      from: 'itm',
      key: (row) => row.sku,
      value: ({ pack }) => ({ pack }),
      feed: external(async () => undefined),
      freshWithin: '100 s',
    }),
  },
  candidate: async (order: { readonly skus: readonly string[] }, { item }) => {
    const packs: number[] = []
    for (const sku of order.skus) packs.push((await item.get(sku))?.pack ?? 0)
    return { packs }
  },
  legacy: { watch: { answer: (row) => row.ord }, answer: () => pending },
  answersWithin: '1 h',
  settlesWithin: '1 s',
})

const orders = 260
const everySeconds = 10
const skus = Array.from({ length: 12 }, (_, index) => `S${index}`)
const second = (index: number): number => 10 + index * everySeconds

/** Items whose pack goes to and fro, so that a value alone does not tell which version it is of; a copy that is made now and then. */
const shopOf = (seed: string): { readonly changes: readonly ChangeEvent[]; readonly decisions: readonly ReadyDecision[] } => {
  const random = seededRandom(seed)
  const pick = (): string => skus[Math.floor(random() * skus.length)] ?? 'S0'
  const present = new Map(skus.map((sku) => [sku, 1]))
  const changes = skus.map((sku, index) => change(header(1), index, 'create', 'itm', { key: sku, after: { sku, pack: 1 } }))
  let copy = new Map(present)
  const decisions: ReadyDecision[] = []
  for (let index = 0; index < orders; index++) {
    const now = second(index)
    if (random() < 0.02) copy = new Map(present)
    if (random() < 0.3) {
      const sku = pick()
      present.set(sku, 3 - (present.get(sku) ?? 1))
      changes.push(change(header(now - 4), 0, 'update', 'itm', { key: sku, after: { sku, pack: present.get(sku) ?? 1 } }))
    }
    decisions.push(decisionAt(now, [pick(), pick()], { copy, present, lateSeconds: Math.floor(random() * 60) }))
  }
  return { changes, decisions }
}

const decisionAt = (
  now: number,
  asked: readonly string[],
  world: { readonly copy: ReadonlyMap<string, number>; readonly present: ReadonlyMap<string, number>; readonly lateSeconds: number },
): ReadyDecision => {
  const event: BusinessEvent = trigger(now, `O${now}`, { skus: asked })
  const id = decisionId(context.name, event.id)
  const readAt = epochMs(now * 1_000 + 20)
  const packs = (of: ReadonlyMap<string, number>): readonly number[] => asked.map((sku) => of.get(sku) ?? 0)
  const answer = { position: at(now), ordinal: 5 }
  return {
    live: {
      id,
      context: context.name,
      trigger: event,
      candidateVersion: context.candidateVersion,
      observation: { kind: 'decided', answer: { packs: packs(world.copy) }, effects: [] },
      reads: [...new Set(asked)].map((key) => ({
        projection: 'item',
        kind: 'key',
        key,
        entries: [{ key, value: { pack: world.copy.get(key) ?? 0 }, version: null }],
        feed: 'external',
        frontier: null,
        readAt,
      })),
      decidedAt: readAt,
      tookMs: 1,
    },
    legacy: {
      id,
      context: context.name,
      trigger: event,
      state: 'settled',
      revision: 1,
      observation: { kind: 'decided', answer: { packs: packs(world.present) }, effects: [] },
      firstObservation: null,
      transactions: [answer],
      asOf: answer,
      readFrom: null,
      decidedAt: epochMs(now * 1_000),
      answeredAt: epochMs(now * 1_000),
    },
  }
}

const cursorOf = ({ legacy: { id, asOf, trigger: asked } }: ReadyDecision): ReadyCursor => {
  const { position, ordinal } = asOf ?? asked
  return { position, ordinal, id }
}
const isAfter = (a: ReadyCursor, b: ReadyCursor): boolean => (comparePoints(a, b) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)) > 0

interface Weather {
  /** Each look at the captured log finds so many seconds more of it; the candidate has decided up to so many seconds before. */
  readonly step: number
  readonly behind: number
  readonly batch: number
  /** Commits at which it breaks down. */
  readonly breaksAt: readonly number[]
}

const lastSecond = second(orders)

const storeOf = ({ changes, decisions }: ReturnType<typeof shopOf>, weather: Weather, verdicts: Map<string, Verdict>): Store => {
  const live = new Map(decisions.map((one) => [one.live.id, one.live]))
  const cursors = decisions.map(cursorOf)
  let [captured, commits] = [0, 0]
  let cursor: ReadyCursor | null = null
  const shadowed = (): number => (captured >= lastSecond + 200 ? lastSecond + 1 : captured - weather.behind)
  const part: Partial<Store> = {
    classifyCursor: async () => cursor,
    pairCursor: async () => {
      const ended = captured >= lastSecond + 200
      const settledBefore = ended ? endOfLog : { position: at(Math.max(0, captured - settlesMs / 1_000)), ordinal: 0 }
      return { at: settledBefore, settledBefore, lastPaired: null, ended }
    },
    stageCursor: async () => (shadowed() <= 0 ? null : shadowed() > lastSecond ? endOfLog : afterTransaction(at(shadowed()))),
    eventsBehind: async () => ({ events: [], seen: null }),
    captureCursor: async () => {
      captured += weather.step
      const phase = captured >= lastSecond + 200 ? 'ended' : 'stream'
      return { token: resumeToken(String(captured)), position: at(Math.min(captured, lastSecond)), at: epochMs(captured * 1_000), phase }
    },
    readyDecisions: async ({ after, before, limit }) => decisions.slice(...placesIn(cursors, after, before)).slice(0, limit),
    readEvents: async ({ after, upTo, limit }) =>
      decisions
        .map(({ live }) => live.trigger)
        .filter((one) => (after === null || comparePoints(one, after) > 0) && one.position <= upTo)
        .slice(0, limit),
    liveDecisions: async (ids) =>
      ids.flatMap((id) => live.get(id) ?? []).filter(({ trigger: { position } }) => position <= at(Math.max(0, shadowed()))),
    readChanges: async ({ after, upTo }) =>
      changes.filter(({ transaction: { position } }) => (after === null || position > after) && position <= upTo),
    commitVerdicts: async ({ next, verdicts: told }) => {
      commits += 1
      if (weather.breaksAt.includes(commits)) throw new Error('power loss')
      for (const verdict of told) verdicts.set(verdict.id, verdict)
      cursor = next
    },
  }
  return part as Store
}

/** Decisions are in the order of their cursors. */
const placesIn = (cursors: readonly ReadyCursor[], after: ReadyCursor | null, before: LogPoint): [number, number] => {
  const from = after === null ? 0 : cursors.findIndex((one) => isAfter(one, after))
  const to = cursors.findIndex((one) => comparePoints(one, before) >= 0)
  return [from < 0 ? cursors.length : from, to < 0 ? cursors.length : to]
}

const classifyAll = async (shop: ReturnType<typeof shopOf>, weather: Weather): Promise<ReadonlyMap<string, Verdict>> => {
  const verdicts = new Map<string, Verdict>()
  const store = storeOf(shop, weather, verdicts)
  for (;;) {
    try {
      const { signal } = new AbortController()
      const source = header(1).source
      await classifyContext({ context, store, source, signal, onClassified: () => undefined, batchDecisions: weather.batch, waitMs: 0 })
      return new Map([...verdicts].sort(([a], [b]) => (a < b ? -1 : 1)))
    } catch (cause) {
      if (!(cause instanceof Error) || cause.message !== 'power loss') throw cause
    }
  }
}

const causeOf = ({ finding }: Verdict): string => (finding.kind === 'caused' ? finding.causes.join() : finding.kind)

describe('a store that others fill', () => {
  const shop = shopOf('shop')
  const calm: Weather = { step: 10_000, behind: 0, batch: 500, breaksAt: [] }

  it('has values that do not tell which version they are of, and what is read at other times tells', async () => {
    const state = createVersionState(context.reads)
    for (const one of shop.changes) state.apply(one)
    const classifyOne = createClassifyOne(context, { state, advance: async () => undefined, forget: () => undefined, keptFrom: () => null })
    const told = await classifyAll(shop, calm)
    expect(told.size).toBe(orders)
    let [differ, stale] = [0, 0]
    for (const decision of shop.decisions) {
      const alone = causeOf(await classifyOne(decision, new AbortController().signal))
      const known = causeOf(told.get(decision.live.id) as Verdict)
      if (known === 'stale-data') stale += 1
      if (alone !== known) differ += 1
    }
    expect(differ).toBeGreaterThan(5)
    expect(stale).toBeGreaterThan(20)
  })

  const others = new Map<string, Promise<{ readonly shop: ReturnType<typeof shopOf>; readonly told: ReadonlyMap<string, Verdict> }>>()
  const toldOf = (seed: string): NonNullable<ReturnType<typeof others.get>> => {
    const other = shopOf(seed)
    const told = classifyAll(other, calm).then((verdicts) => ({ shop: other, told: verdicts }))
    others.set(seed, told)
    return told
  }

  it.each([1, 7, 500])('gets the same verdicts in batches of %i', async (batch) => {
    expect(await classifyAll(shop, { step: 60, behind: 0, batch, breaksAt: [2, 3, 9] })).toEqual(await classifyAll(shop, calm))
  })

  it('gets the same verdicts however far capture and the candidate have come, and wherever it breaks down', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('a', 'b', 'c'),
        fc.record({
          step: fc.integer({ min: 5, max: 300 }),
          behind: fc.integer({ min: 0, max: 500 }),
          batch: fc.integer({ min: 2, max: 80 }),
          breaksAt: fc.array(fc.integer({ min: 1, max: 15 }), { maxLength: 4 }),
        }),
        async (seed, weather) => {
          const { shop: other, told } = await (others.get(seed) ?? toldOf(seed))
          expect(await classifyAll(other, weather)).toEqual(told)
        },
      ),
      { numRuns: 8 },
    )
  })
})
