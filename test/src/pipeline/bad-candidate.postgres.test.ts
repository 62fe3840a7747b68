import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BusinessEvent } from '../../../src/model/business-event.ts'
import type { CandidateLimits } from '../../../src/model/context.ts'
import { contextName, epochMs, sourceName } from '../../../src/model/ids.ts'
import { endOfLog } from '../../../src/model/log-point.ts'
import type { Night } from '../../../src/model/night.ts'
import type { PairedDecision } from '../../../src/model/paired-decision.ts'
import { night } from '../../../src/pipeline/night.ts'
import { run } from '../../../src/pipeline/run.ts'
import type { Totals } from '../../../src/ports/archive-reader.ts'
import { openStore } from '../../../src/store/open.ts'
import { freshDatabase } from '../../support/fresh-database.ts'
import type { Request } from './recorded-shop.ts'
import { recordedShop, recordShop, wellBehaved } from './recorded-shop.ts'

const orders = 240
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'banyan-bad-candidate-'))
  await recordShop(join(folder, 'shop.ndjson'), orders)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

interface Told {
  readonly totals: Totals
  readonly events: readonly BusinessEvent[]
  readonly pairs: ReadonlyMap<string, PairedDecision>
  readonly night: Night
}

/** The whole pipeline over the recorded shop, to its end. */
const runWith = async (answer: (request: Request, free: number) => unknown, limits: Partial<CandidateLimits>): Promise<Told> => {
  const database = await freshDatabase()
  try {
    await using store = await openStore({ url: database.url })
    const config = recordedShop({ file: join(folder, 'shop.ndjson'), answer, limits })
    await run({ config, store, signal: new AbortController().signal, once: true })
    const pairs = new Map<string, PairedDecision>()
    for await (const part of store.archive(contextName('promise'))) for (const pair of part) pairs.set(pair.live.trigger.key, pair)
    const source = sourceName('shop')
    return {
      totals: await store.totals(source),
      events: await store.readEvents({
        source,
        types: ['order.placed', 'order.answered'],
        after: null,
        upTo: endOfLog.position,
        limit: 10_000,
      }),
      pairs,
      night: await night({ config, store, now: epochMs(Date.UTC(2026, 2, 2)) }),
    }
  } finally {
    await database.drop()
  }
}

/** All but when it ran, and how many cases a mined rule was found in: the bad answers are none of them. */
const comparable = ({ live, legacy, verdict }: PairedDecision): object => ({
  live: {
    ...live,
    decidedAt: null,
    tookMs: null,
    reads: live.reads.map(({ projection, kind, key, entries }) => ({ projection, kind, key, entries })),
  },
  legacy,
  verdict: { ...verdict, lagMs: null, evidence: verdict?.evidence.map(({ test }) => test) },
})

const unfolding = (): unknown => {
  let answer: unknown = 'lol'
  for (let level = 0; level < 40; level += 1) answer = { again: answer, once: answer }
  return answer
}
const circular: Record<string, unknown> = {}
circular['self'] = circular

/** What a bad candidate does for which orders, and what is said of it live. */
const badly: Readonly<Record<string, { readonly does: () => unknown; readonly live: object }>> = {
  O10: { does: () => new Promise(() => undefined), live: { kind: 'failed', reason: 'timed-out' } },
  O31: {
    does: () => {
      throw new RangeError('no shelf')
    },
    live: { kind: 'failed', reason: 'threw', message: 'RangeError: no shelf' },
  },
  O52: { does: () => Promise.reject(Object.create(null)), live: { kind: 'failed', reason: 'threw' } },
  O73: { does: () => undefined, live: { kind: 'failed', reason: 'wrong-shape' } },
  O94: { does: () => circular, live: { kind: 'failed', reason: 'wrong-shape', message: expect.stringContaining('cycle') } },
  O115: { does: () => unfolding(), live: { kind: 'failed', reason: 'wrong-shape', message: expect.stringContaining('more than') } },
  O136: {
    does: () => 'x'.repeat(200_000_000),
    live: { kind: 'failed', reason: 'wrong-shape', message: expect.stringContaining('more than') },
  },
  O157: { does: () => new Date(0), live: { kind: 'failed', reason: 'wrong-shape' } },
  O178: { does: () => ({ qty: Number.NaN }), live: { kind: 'decided', answer: { qty: Number.NaN } } },
  O199: { does: () => ({ quantity: 'a lot' }), live: { kind: 'decided', answer: { quantity: 'a lot' } } },
  O220: {
    does: () => ({
      get qty(): number {
        throw new RangeError('not yet')
      },
    }),
    live: { kind: 'failed', reason: 'wrong-shape', message: 'RangeError: not yet' },
  },
}

const answering =
  (wrong: typeof badly) =>
  (request: Request, free: number): unknown =>
    (wrong[request.ordNo]?.does ?? (() => wellBehaved(request, free)))()

describe('a candidate that hangs, throws or answers garbage now and then', () => {
  let good: Told
  let bad: Told
  beforeAll(async () => {
    good = await runWith(answering({}), { timeoutMs: 400 })
    bad = await runWith(answering(badly), { timeoutMs: 400 })
  })

  it('changes nothing of the legacy’s side: every change, event and observation is the same', () => {
    expect(bad.totals).toEqual(good.totals)
    expect(bad.events).toEqual(good.events)
    expect([...bad.pairs].map(([key, { legacy }]) => [key, legacy])).toEqual([...good.pairs].map(([key, { legacy }]) => [key, legacy]))
  })

  it('changes no other decision: answers, reads and verdicts are the same', () => {
    expect(bad.pairs.size).toBe(orders)
    const others = (told: Told): object =>
      [...told.pairs].filter(([key]) => badly[key] === undefined).map(([key, pair]) => [key, comparable(pair)])
    expect(others(bad)).toEqual(others(good))
    expect([...good.pairs.values()].some(({ verdict }) => verdict !== null && verdict.finding.kind !== 'agreed')).toBe(true)
  })

  it.each(Object.entries(badly))('%s has a divergence that says what happened', (key, { live }) => {
    const pair = bad.pairs.get(key)
    expect(pair?.live.observation).toMatchObject(live)
    expect(pair?.verdict?.liveDifferences.length).toBeGreaterThan(0)
    expect(pair?.verdict?.finding.kind).not.toBe('agreed')
    if (pair?.live.observation.kind !== 'failed') return
    expect(pair.verdict?.finding).toMatchObject({ kind: 'caused', causes: expect.arrayContaining(['defect']) })
    expect(pair.verdict?.evidence.map(({ test }) => test)).toContain(`candidate-${pair.live.observation.reason}`)
  })

  it('is in the report with all the others', () => {
    expect(bad.night.contexts[0]?.account).toEqual(good.night.contexts[0]?.account)
    expect(bad.night.contexts[0]?.account).toMatchObject({ decisions: orders, compared: orders, open: 0, remainder: 0 })
  })
})

describe('a candidate that only fails', () => {
  it('is not asked any more for a while; the legacy’s side is the same, and every decision has a verdict', async () => {
    const limits = { circuitFailures: 5, circuitOpenMs: 60_000, concurrency: 1 }
    const good = await runWith(wellBehaved, limits)
    const failing = await runWith(() => {
      throw new RangeError('down')
    }, limits)
    const reasons = [...failing.pairs.values()].map(({ live }) =>
      live.observation.kind === 'failed' ? live.observation.reason : 'decided',
    )
    expect(Map.groupBy(reasons, (reason) => reason).get('threw')).toHaveLength(5)
    expect(Map.groupBy(reasons, (reason) => reason).get('circuit-open')).toHaveLength(orders - 5)
    expect(failing.totals).toEqual(good.totals)
    expect(failing.events).toEqual(good.events)
    expect([...failing.pairs].map(([key, { legacy }]) => [key, legacy])).toEqual([...good.pairs].map(([key, { legacy }]) => [key, legacy]))
    expect(failing.night.contexts[0]?.account).toMatchObject({ decisions: orders, compared: orders, open: 0, remainder: 0 })
  })
})
