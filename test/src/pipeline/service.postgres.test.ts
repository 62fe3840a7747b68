import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { reported, service } from '../../../adapters/http/candidate-service.ts'
import { contextName } from '../../../src/model/ids.ts'
import type { PairedDecision } from '../../../src/model/paired-decision.ts'
import { run } from '../../../src/pipeline/run.ts'
import { openStore } from '../../../src/store/open.ts'
import { freshDatabase } from '../../support/fresh-database.ts'
import type { RunningService } from '../../adapters/http/start-service.ts'
import { startService } from '../../adapters/http/start-service.ts'
import { recordedShop, recordShop, wellBehaved } from './recorded-shop.ts'

const orders = 160
let folder = ''
let running: RunningService

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'banyan-service-'))
  await recordShop(join(folder, 'shop.ndjson'), orders)
  running = await startService()
})
afterAll(async () => {
  await running[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

/** The whole pipeline over the recorded shop, to its end, by order. */
const decisionsOf = async (
  options: Omit<Parameters<typeof recordedShop>[0], 'file' | 'limits'>,
): Promise<ReadonlyMap<string, PairedDecision>> => {
  const database = await freshDatabase()
  try {
    await using store = await openStore({ url: database.url })
    const config = recordedShop({ file: join(folder, 'shop.ndjson'), limits: {}, ...options })
    await run({ config, store, signal: new AbortController().signal, once: true })
    const pairs = new Map<string, PairedDecision>()
    for await (const part of store.archive(contextName('promise'))) for (const pair of part) pairs.set(pair.live.trigger.key, pair)
    return pairs
  } finally {
    await database.drop()
  }
}

const told = (pairs: ReadonlyMap<string, PairedDecision>): object =>
  [...pairs].map(([key, { live, verdict }]) => [
    key,
    live.observation,
    live.reads.map(({ projection, key: of, entries }) => [projection, of, entries.map(({ value }) => value)]),
    verdict?.finding.kind === 'caused' ? verdict.finding.causes : verdict?.finding,
    verdict?.grade,
    verdict?.asOf.observation,
  ])

const findings = (pairs: ReadonlyMap<string, PairedDecision>): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {}
  for (const { verdict } of pairs.values()) {
    const { finding, grade } = verdict ?? expect.fail('a decision has no verdict')
    const name = finding.kind === 'caused' ? finding.causes.join('+') : finding.kind === 'unresolved' ? finding.reason : 'agreed'
    counts[`${name} ${grade}`] = (counts[`${name} ${grade}`] ?? 0) + 1
  }
  return counts
}

describe('a candidate behind HTTP', () => {
  it('with its reads in the question: the same verdicts as the same logic in this process', async () => {
    const inside = await decisionsOf({ answer: wellBehaved })
    const outside = await decisionsOf({ answer: service({ url: `${running.url}/given` }) })
    expect(outside.size).toBe(orders)
    expect(told(outside)).toEqual(told(inside))
    expect([...outside.values()][0]?.live.candidateVersion).toBe('v7')
    // The legacy caps promises at 5: there is something to be explained.
    expect(Object.keys(findings(outside)).some((name) => !name.startsWith('agreed'))).toBe(true)
  })

  it('with a store of its own: what it read is recorded, and shown to be the cause', async () => {
    const pairs = await decisionsOf({ answer: service({ url: `${running.url}/own` }), stockFeed: reported() })
    const stale = [...pairs.values()].filter(({ live }) => live.observation.kind === 'decided' && live.trigger.key === 'O3')[0]
    expect(stale?.live.reads).toMatchObject([{ projection: 'stock', key: 'A', feed: 'external', entries: [{ value: 2, version: null }] }])
    // Asked for 3, it promised 2 from its own store; with the legacy's 1,000 it promises 3, as the legacy did.
    expect(stale?.verdict).toMatchObject({ restoring: [{ projection: 'stock', key: 'A', seen: 2, atLegacyCommit: 1_000 }] })
    expect(stale?.verdict?.finding.kind).toBe('caused')
  })

  it('that answers live only: agreement of grade B, and differences that say why they are not explained', async () => {
    const pairs = await decisionsOf({ answer: service({ url: `${running.url}/live-only` }), stockFeed: reported() })
    const counts = findings(pairs)
    expect(Object.keys(counts).sort()).toEqual(['agreed B', 'not-replayable B'])
    // Orders of 0 to 2 of 8 can be promised from 2.
    expect(counts['agreed B']).toBe((orders / 8) * 3)
    const differing = pairs.get('O3')?.verdict
    expect(differing).toMatchObject({ latent: false, asOfDifferences: [], liveDifferences: [{ path: '/qty', legacy: 3, candidate: 2 }] })
    expect(differing?.evidence[0]?.words).toContain('does not accept reads')
  })

  it('that breaks its promise in a replay: the experiment is void', async () => {
    const pairs = await decisionsOf({ answer: service({ url: `${running.url}/cheats` }), stockFeed: reported() })
    expect(pairs.get('O3')?.verdict).toMatchObject({ finding: { kind: 'unresolved', reason: 'unrecorded-read' }, grade: 'B' })
  })
})
