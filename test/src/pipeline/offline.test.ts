import { describe, expect, it } from 'vitest'
import { epochMs } from '../../../src/model/ids.ts'
import type { PairedDecision } from '../../../src/model/paired-decision.ts'
import type { Verdict } from '../../../src/model/verdict.ts'
import { offlineRun } from '../../../src/pipeline/offline.ts'
import { deliveriesOf } from '../../../src/pipeline/offline/memory-deliveries.ts'
import type { DeliveryLine } from '../../../src/ports/delivery-source.ts'
import { fileSpool } from '../../../adapters/fixture/decision-spool.ts'
import type { Commit } from './offline/offline-shop.ts'
import { positionOf, recordingOf } from './offline/offline-shop.ts'
import { begin, ordered, runShop, stockConfig, stocked, stockTables, unstocked } from './offline/stock-shop.ts'

const instant = (at: number): ReturnType<typeof epochMs> => epochMs(begin + at)

const decided = (at: number, key: string, more: object = {}): DeliveryLine => ({
  kind: 'decided',
  context: 'promise',
  key,
  at: instant(at),
  ...more,
})
const frontier = (at: number, index: number): DeliveryLine => ({
  kind: 'frontier',
  projection: 'stock',
  position: positionOf(index),
  at: instant(at),
})
const came = (at: number, key: string, index: number): DeliveryLine => ({
  kind: 'delivered',
  projection: 'stock',
  key,
  position: positionOf(index),
  at: instant(at),
})
const showed = (at: number, key: string, free: number | null): DeliveryLine => ({
  kind: 'delivered',
  projection: 'stock',
  key,
  value: free === null ? null : { free },
  at: instant(at),
})

const verdictOf = (pair: PairedDecision | undefined): Verdict => pair?.verdict ?? expect.fail('no verdict')
const liveQty = (pair: PairedDecision | undefined): unknown => pair?.live.observation.kind === 'decided' && pair.live.observation.answer

// 0: three of A are free; 1: since 10 s ten are; 2: at 20 s someone orders five, and is promised five.
const restocked = [stocked(0, 'A', 3, 'read'), stocked(10_000, 'A', 10), ordered(20_000, 'O1', 'A', 5, 5)]

describe('what had reached the store decides', () => {
  it('agrees where the stores are filled at once', async () => {
    const told = await runShop(restocked, null)
    expect(verdictOf(told.pairs.get('O1')).finding).toEqual({ kind: 'agreed' })
    expect(told.night.contexts[0]?.account).toMatchObject({ decisions: 1, compared: 1, unpaired: 0, open: 0, remainder: 0 })
    expect(told.decisions).toBe(1)
  })

  it('is timing or stale by a lag that the config declares', async () => {
    const late = [stocked(0, 'A', 3, 'read'), stocked(19_000, 'A', 10), ordered(20_000, 'O1', 'A', 5, 5)]
    expect(verdictOf((await runShop(late, null, { lag: '250 ms' })).pairs.get('O1')).finding.kind).toBe('agreed')
    const { finding, restoring } = verdictOf((await runShop(late, null, { lag: '2 s' })).pairs.get('O1'))
    expect(finding).toMatchObject({ kind: 'caused', causes: ['timing'] })
    expect(restoring).toMatchObject([{ projection: 'stock', key: 'A', seen: { free: 3 }, atLegacyCommit: { free: 10 }, ageMs: 1_000 }])
  })

  it('tells a short lag from a stalled feed by the settlement time', async () => {
    const stale = await runShop(restocked, deliveriesOf([frontier(0, 0), frontier(60_000, 2), decided(20_100, 'O1')]))
    const pair = stale.pairs.get('O1')
    expect(liveQty(pair)).toEqual({ qty: 3 })
    expect(verdictOf(pair)).toMatchObject({ finding: { causes: ['stale-data'] }, restoring: [{ ageMs: 10_100, cause: 'stale-data' }] })
    const fresh = await runShop(
      restocked,
      deliveriesOf([frontier(0, 0), frontier(20_200, 2), decided(20_100, 'O1', { readAt: { stock: instant(20_300) } })]),
    )
    expect(verdictOf(fresh.pairs.get('O1')).finding.kind).toBe('agreed')
  })

  it('sees a version from after the legacy’s commit as ahead of it', async () => {
    const later = [...restocked, stocked(20_500, 'A', 1)]
    const told = await runShop(later, deliveriesOf([frontier(0, 0), frontier(10_050, 1), frontier(20_600, 3), decided(21_000, 'O1')]))
    const verdict = verdictOf(told.pairs.get('O1'))
    expect(verdict.finding).toMatchObject({ causes: ['timing'] })
    expect(verdict.restoring[0]?.ageMs).toBeLessThan(0)
  })

  it('never sees a decision’s own work', async () => {
    const own = [
      stocked(0, 'A', 5, 'read'),
      { ...ordered(20_000, 'O1', 'A', 5, 5), writes: [...ordered(20_000, 'O1', 'A', 5, 5).writes, ...stocked(0, 'A', 0).writes] },
    ]
    for (const deliveries of [null, deliveriesOf([frontier(0, 0), frontier(20_010, 1), decided(20_100, 'O1')])]) {
      expect(verdictOf((await runShop(own, deliveries)).pairs.get('O1')).finding.kind).toBe('agreed')
    }
    const byKey = deliveriesOf([came(20_010, 'A', 1), decided(20_100, 'O1')])
    expect(verdictOf((await runShop(own, byKey)).pairs.get('O1')).finding.kind).toBe('agreed')
  })
})

describe('deliveries key by key', () => {
  const twice = [
    stocked(0, 'A', 3, 'read'),
    stocked(1_000, 'A', 4),
    stocked(2_000, 'A', 10),
    ordered(20_000, 'O1', 'A', 5, 5),
    ordered(40_000, 'O2', 'A', 5, 5),
  ]
  const overtaking = [came(3_000, 'A', 2), came(25_000, 'A', 1), decided(20_100, 'O1'), decided(40_100, 'O2')]

  it('keeps the newest version when they overtake each other', async () => {
    const { pairs } = await runShop(twice, deliveriesOf(overtaking))
    expect([liveQty(pairs.get('O1')), liveQty(pairs.get('O2'))]).toEqual([{ qty: 5 }, { qty: 5 }])
  })

  it('keeps what came last where the store does so', async () => {
    const { pairs } = await runShop(twice, deliveriesOf(overtaking, { feeds: { stock: { filled: 'by-key', applied: 'last' } } }))
    expect([liveQty(pairs.get('O1')), liveQty(pairs.get('O2'))]).toEqual([{ qty: 5 }, { qty: 4 }])
    expect(verdictOf(pairs.get('O2'))).toMatchObject({
      finding: { causes: ['stale-data'] },
      restoring: [{ seen: { free: 4 }, atLegacyCommit: { free: 10 }, ageMs: 38_100 }],
    })
  })

  it('misses what was lost, and tells its age from the version that was', async () => {
    const { pairs } = await runShop(twice, deliveriesOf([came(1_100, 'A', 1), decided(20_100, 'O1'), decided(40_100, 'O2')]))
    expect(verdictOf(pairs.get('O1')).restoring).toMatchObject([{ seen: { free: 4 }, ageMs: 18_100 }])
  })

  it('sees an absent key, and a deletion that came too early', async () => {
    const gone = [
      stocked(0, 'A', 5, 'read'),
      stocked(500, 'B', 7, 'create'),
      ordered(1_000, 'O1', 'B', 5, 5),
      ordered(20_000, 'O2', 'A', 5, 5),
      unstocked(20_100, 'A'),
    ]
    const lines = [came(1_500, 'B', 1), came(20_200, 'A', 4), decided(1_100, 'O1'), decided(20_300, 'O2')]
    const { pairs } = await runShop(gone, deliveriesOf(lines))
    expect(verdictOf(pairs.get('O1'))).toMatchObject({ finding: { causes: ['timing'] }, restoring: [{ seen: null, ageMs: 600 }] })
    expect(verdictOf(pairs.get('O2')).finding).toMatchObject({ causes: ['timing'] })
    expect(verdictOf(pairs.get('O2')).restoring[0]?.ageMs).toBeLessThan(0)
  })

  it('fills groups key by key', async () => {
    const two = [stocked(0, 'A', 3, 'read'), stocked(1_000, 'B', 4, 'create'), ordered(20_000, 'O1', 'A', 9, 7)]
    const all = await runShop(two, deliveriesOf([came(1_100, 'B', 1), decided(20_100, 'O1')]), { grouped: true })
    expect(verdictOf(all.pairs.get('O1')).finding.kind).toBe('agreed')
    const lost = await runShop(two, deliveriesOf([came(21_000, 'B', 1), decided(20_100, 'O1')]), { grouped: true })
    expect(verdictOf(lost.pairs.get('O1'))).toMatchObject({
      finding: { causes: ['stale-data'] },
      restoring: [{ key: 'B', seen: null, atLegacyCommit: { free: 4 }, ageMs: 19_100 }],
    })
  })

  it('finds the version of a value', async () => {
    const { pairs } = await runShop(twice, deliveriesOf([showed(5_000, 'A', 4), decided(20_100, 'O1'), decided(40_100, 'O2')]))
    expect(verdictOf(pairs.get('O1'))).toMatchObject({
      finding: { causes: ['stale-data'] },
      restoring: [{ seen: { free: 4 }, ageMs: 18_100 }],
    })
  })

  it('takes a value that no version ever had as it is', async () => {
    const { pairs } = await runShop(twice, deliveriesOf([showed(5_000, 'A', 2), decided(20_100, 'O1'), decided(40_100, 'O2')]))
    expect(verdictOf(pairs.get('O1'))).toMatchObject({ grade: 'B', restoring: [{ seen: { free: 2 } }] })
  })
})

describe('a late answer', () => {
  it('opens the decision again: one verdict, of the last revision, on the live answer that was given', async () => {
    const later: Commit = { at: begin + 60_000, writes: [{ op: 'create', table: 'answer', key: 'O1', row: { ord_no: 'O1', qty: 2 } }] }
    const quiet = Array.from({ length: 1_200 }, (_, index) => stocked(21_000 + 10 * index, 'B', index, index === 0 ? 'create' : 'update'))
    for (const spool of [undefined, fileSpool]) {
      const options = spool === undefined ? {} : { spool }
      const told = await runShop([...restocked, ...quiet, later], deliveriesOf([frontier(0, 0), frontier(10_050, 1)]), options)
      expect(told.decisions).toBe(1)
      expect(told.night.contexts[0]).toMatchObject({ account: { compared: 1, remainder: 0 }, diverged: 1 })
      expect(told.pairs.get('O1')).toMatchObject({
        live: { observation: { answer: { qty: 5 } } },
        legacy: { revision: 2, observation: { answer: { qty: 2 } } },
        verdict: { revision: 2, asOfDifferences: [{ path: '/qty' }] },
      })
    }
  })
})

describe('recorded answers', () => {
  it('are taken as they are', async () => {
    const live = { observation: { kind: 'decided', answer: { qty: 1 }, effects: [] }, reads: [], candidateVersion: '0', tookMs: 7 }
    const { pairs } = await runShop(restocked, deliveriesOf([decided(20_100, 'O1', { live })]))
    const pair = pairs.get('O1')
    expect(pair?.live).toMatchObject({ observation: live.observation, candidateVersion: '0', tookMs: 7, decidedAt: begin + 20_100 })
    expect(verdictOf(pair).finding).toMatchObject({ kind: 'unresolved' })
  })
})

describe('documented policy', () => {
  // Of B nobody is promised more than four, which the candidate does not know.
  const capped = [
    stocked(0, 'A', 1_000_000, 'read'),
    stocked(0, 'B', 1_000_000, 'read'),
    ...Array.from({ length: 600 }, (_, index) => {
      const [qty, sku] = [1 + ((index * 7) % 12), index % 5 < 2 ? 'B' : 'A']
      return ordered(60_000 * (index + 1), `O${index}`, sku, qty, sku === 'B' ? Math.min(qty, 4) : qty)
    }),
  ]
  const causesOf = ({ pairs }: Awaited<ReturnType<typeof runShop>>): ReadonlySet<string> =>
    new Set([...pairs.values()].flatMap(({ verdict }) => (verdict?.finding.kind === 'caused' ? verdict.finding.causes : [])))
  const policyEvidence = ({ pairs }: Awaited<ReturnType<typeof runShop>>): boolean =>
    [...pairs.values()].some(({ verdict }) => verdict?.evidence.some(({ words }) => words.includes('documented policy')))

  it('as data is evidence: what it says is contradicted by the legacy, or by the candidate', async () => {
    const legacyDeviates = await runShop(capped, null, { policy: [{ name: 'all that is free is promised', says: {} }] })
    expect(legacyDeviates.rules.length).toBeGreaterThan(0)
    expect([causesOf(legacyDeviates), policyEvidence(legacyDeviates)]).toEqual([new Set(['hidden-rule']), true])
    const policy = [{ name: 'at most four of B', when: { '/sku': 'B', '/qty': { atLeast: 5 } }, says: { '/qty': 4 } }]
    const candidateDeviates = await runShop(capped, null, { policy })
    expect([causesOf(candidateDeviates), policyEvidence(candidateDeviates)]).toEqual([new Set(['defect']), true])
  })
})

describe('a file that contradicts itself', () => {
  const failure = (lines: readonly DeliveryLine[]): Promise<unknown> =>
    runShop(restocked, deliveriesOf(lines)).catch((error: unknown) => error)

  it('is refused for an unknown projection, context or version', async () => {
    expect(await failure([{ ...frontier(0, 0), projection: 'stok', line: 7 } as DeliveryLine])).toMatchObject({
      code: 'fixture-invalid',
      where: 'deliveries:7',
      hint: expect.stringContaining('stock'),
    })
    expect(await failure([{ ...decided(0, 'O1'), context: 'promises' } as DeliveryLine])).toMatchObject({ code: 'fixture-invalid' })
    expect(await failure([{ ...came(15_000, 'A', 1), ordinal: 9, line: 3 } as DeliveryLine])).toMatchObject({
      code: 'fixture-invalid',
      where: 'deliveries:3',
    })
  })

  it('is refused where the texts of positions are not in the order of commits', async () => {
    const source = recordingOf('shop', {}, restocked)
    const backwards = {
      ...source,
      read: async function* (...given: Parameters<typeof source.read>) {
        for await (const item of source.read(...given)) {
          const position = `shop:${12 - Number(item.token.slice(-2))}` as typeof item.token
          yield item.kind === 'transaction' ? { ...item, header: { ...item.header, position: position as never } } : item
        }
      },
    }
    const run = offlineRun({
      config: stockConfig(backwards),
      transactions: { ...backwards, tables: stockTables },
      deliveries: null,
      signal: new AbortController().signal,
      now: epochMs(0),
    })
    await expect(run).rejects.toMatchObject({ code: 'fixture-invalid', hint: expect.stringContaining('fixed width') })
  })

  it('may lack a decision: it then counts as taken when its trigger was captured', async () => {
    const two = [...restocked, ordered(30_000, 'O2', 'A', 5, 5)]
    const { pairs, leftOver } = await runShop(two, deliveriesOf([decided(20_100, 'O1')]))
    expect(pairs.get('O2')?.live.decidedAt).toBe(begin + 30_000)
    expect([pairs.size, leftOver]).toEqual([2, []])
  })

  it('tells what belonged to nothing', async () => {
    const { leftOver } = await runShop(restocked, deliveriesOf([decided(20_100, 'O9'), came(30_000, 'A', 77)]))
    expect(leftOver).toHaveLength(2)
  })
})

describe('a log that clocks ordered', () => {
  // Three pieces came in before ten did, whatever their clocks say, and the store had both in the true order.
  const swapped = [
    stocked(0, 'A', 1, 'read'),
    stocked(10_000, 'A', 10),
    stocked(10_050, 'A', 3),
    ...Array.from({ length: 30 }, (_, index) => ordered(20_000 + 1_000 * index, `O${index}`, 'A', 5, 5)),
  ]
  const lines = deliveriesOf(
    [came(10_020, 'A', 2), came(10_060, 'A', 1), ...swapped.slice(3).map((_, index) => decided(20_500 + 1_000 * index, `O${index}`))],
    { feeds: { stock: { filled: 'by-key', applied: 'last' } } },
  )

  it('is believed, where nothing says how wrong they are', async () => {
    const told = await runShop(swapped, lines)
    expect(liveQty(told.pairs.get('O9'))).toEqual({ qty: 5 })
    expect(verdictOf(told.pairs.get('O9'))).toMatchObject({ latent: true, asOfDifferences: [{ path: '/qty' }] })
  })

  it('is one of several where the config says so, also long after', async () => {
    const told = await runShop(swapped, lines, { clockError: '100 ms' })
    for (const pair of told.pairs.values()) expect(verdictOf(pair)).toMatchObject({ finding: { kind: 'agreed' }, grade: 'B' })
    expect(told.pairs.size).toBe(30)
  })
})
