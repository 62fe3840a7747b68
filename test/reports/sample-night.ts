import type { CauseLabel, Night, NightContext } from '../../src/model/night.ts'
import type { Data } from '../../src/model/value.ts'
import { hostile, sampleCases, timing } from './sample-cases.ts'
import { sampleRules } from './sample-rules.ts'

const counts: Readonly<Record<CauseLabel, readonly [count: number, exposure: number | null]>> = {
  timing: [212, 1_894_187],
  'stale-data': [96, 728_856],
  'hidden-rule': [182, 5_331_984],
  defect: [61, 1_592_724],
  'legacy-defect': [14, 95_221],
  compound: [23, null],
  unresolved: [9, 17_355],
}

const causes = Object.keys(counts) as CauseLabel[]

const timeline: NightContext['timeline'] = Array.from({ length: 24 }, (_, hour) => ({
  at: new Date(Date.UTC(2026, 2, 1, 6 + hour)).toISOString(),
  decisions: 180 + ((hour * 37) % 90),
  // No divergence between 03:00 and 06:00: a gap that the chart must show as one.
  byCause:
    hour >= 21
      ? {}
      : Object.fromEntries(causes.map((cause, at) => [cause, Math.floor((counts[cause][0] * (1 + ((hour * (at + 3)) % 7))) / 84)])),
}))

const promise: NightContext = {
  name: 'inventory-promise',
  candidateVersion: '36943c3613febed0aa11',
  account: { decisions: 5_712, compared: 5_640, sampledOut: 0, deadLettered: 2, unpaired: 58, open: 12, remainder: 0 },
  agreed: 5_043,
  diverged: 597,
  latent: 11,
  byCause: causes.map((cause) => ({ cause, count: counts[cause][0], exposure: counts[cause][1] })),
  unresolved: [
    { reason: 'no-compact-explanation', count: 6 },
    { reason: 'missing-version', count: 2 },
    { reason: 'a reason that this report does not know', count: 1 },
  ],
  timeline,
  clusters: [
    ...causes.map((cause) => ({
      fingerprint: `f-${cause}`,
      cause,
      count: Math.ceil(counts[cause][0] * 0.8),
      exposure: counts[cause][1],
      words: `${sampleCases.find((one) => one.cause === cause)?.evidence[0]?.words ?? ''}`,
      example: `case-${cause}`,
    })),
    ...Array.from({ length: 20 }, (_, at) => ({
      fingerprint: `f-${at}`,
      cause: 'defect' as const,
      count: 20 - at,
      exposure: null,
      words: `differs at /field${at} | ${hostile}`,
      example: `d-${at}`,
    })),
  ],
  rules: sampleRules,
  cases: sampleCases,
  feeds: [
    { projection: 'stock', feed: 'stream', kind: 'state', lagP50Ms: -850, lagP99Ms: 12_400, freshWithinMs: null, stale: 0, reads: 5_640 },
    {
      projection: 'item',
      feed: 'external',
      kind: 'reference',
      lagP50Ms: 39_600_000,
      lagP99Ms: 190_800_000,
      freshWithinMs: 93_600_000,
      stale: 96,
      reads: 5_640,
    },
    { projection: 'calendar', feed: 'stream', kind: 'reference', lagP50Ms: null, lagP99Ms: null, freshWithinMs: null, stale: 0, reads: 0 },
  ],
  guards: {
    doses: [
      {
        cause: 'timing',
        dose: 'lag',
        verdict: 'plateau',
        words: '12 % of decisions with lag up to 10 ms are timing, and 14 % of the others.',
        buckets: [
          { upToMs: 10, decisions: 400, hits: 48 },
          { upToMs: null, decisions: 5_240, hits: 734 },
        ],
      },
    ],
    timingRule: { words: 'When trigger.channel is WEB, the answer is other', explains: 300, of: 312 },
    placebo: { tried: 70, restored: 41 },
    scanned: 12,
  },
  tolerances: [
    {
      path: '/total',
      kind: 'currency',
      words: 'amounts up to 1 minor unit of EUR apart',
      reason: 'the legacy rounds per line',
      owner: 'billing',
      until: null,
      expired: false,
      hits: 1_204,
      decisions: 1_204,
      example: { path: '/total', legacy: '"12.50"', candidate: '"12.51"', decision: 'd-1' },
    },
    {
      path: '/lines/*/note',
      kind: 'ignore',
      words: 'not compared',
      reason: `free text ${hostile}`,
      owner: null,
      until: '2026-02-01',
      expired: true,
      hits: 0,
      decisions: 0,
      example: null,
    },
  ],
  latencyMs: { p50: 0.42, p95: 3.1, p99: 1_204 },
  readiness: {
    context: 'inventory-promise',
    verdict: 'NOT READY',
    checks: [
      {
        id: 'evidence-present',
        title: 'Enough decisions compared, none lost',
        verdict: 'pass',
        required: 'at least 3,000 compared',
        actual: '5,640 of 5,712 compared, remainder 0',
        missing: null,
        etaNights: null,
      },
      {
        id: 'mismatch-bound',
        title: 'As-of answers equal to the legacy',
        verdict: 'fail',
        required: 'at most 0.1 % differ, sure to 95 %',
        actual: '289 of 5,640 (5.12 %), surely at most 6.4 %',
        missing: 'causes of at least 284 mismatches must be mended',
        etaNights: null,
        bound: { share: 0.0512, upper: 0.064, limit: 0.001 },
      },
      {
        id: 'open-defects',
        title: 'No open defect of the candidate',
        verdict: 'fail',
        required: '0 open',
        actual: '75 divergences',
        missing: 'a candidate in which these defects are mended',
        etaNights: null,
      },
      {
        id: 'feeds-fresh',
        title: 'Feeds keep their freshness limits',
        verdict: 'insufficient',
        required: 'stale reads at most 0.1 %',
        actual: 'stock 0 %, calendar never read',
        missing: 'reads of calendar',
        etaNights: 3,
      },
    ],
  },
}

const fee: NightContext = {
  ...promise,
  name: `fee <${hostile}>`,
  account: { decisions: 4_200, compared: 4_200, sampledOut: 0, deadLettered: 0, unpaired: 0, open: 0, remainder: 0 },
  agreed: 4_200,
  diverged: 0,
  latent: 0,
  byCause: causes.map((cause) => ({ cause, count: 0, exposure: null })),
  unresolved: [],
  timeline: timeline.map(({ at, decisions }) => ({ at, decisions, byCause: {} })),
  clusters: [],
  rules: [],
  cases: [],
  feeds: [],
  guards: { doses: [], timingRule: null, placebo: { tried: 0, restored: 0 }, scanned: 0 },
  tolerances: [],
  latencyMs: null,
  readiness: {
    context: 'fee',
    verdict: 'READY',
    checks: promise.readiness.checks.map((check) => ({ ...check, verdict: 'pass', missing: null, etaNights: null })),
  },
}

/** A rich night: one context with every cause, one that is ready, hostile text in the data. */
export const sampleNight: Night = {
  schema: 1,
  title: `Order management ${hostile}`,
  window: { from: '2026-03-01T06:00:00.000Z', to: '2026-03-02T05:59:59.000Z' },
  generatedAt: '2026-03-02T06:10:00.000Z',
  source: { name: 'oms', transactions: 6_932, changes: 72_944, events: 56_563, deadLetters: 2 },
  contexts: [promise, fee],
}

/** Nothing happened at all. */
export const emptyNight: Night = {
  ...sampleNight,
  title: 'Nothing yet',
  source: { name: 'oms', transactions: 0, changes: 0, events: 0, deadLetters: 0 },
  contexts: [
    {
      ...fee,
      name: 'fee',
      account: { decisions: 0, compared: 0, sampledOut: 0, deadLettered: 0, unpaired: 0, open: 0, remainder: 0 },
      agreed: 0,
      byCause: [],
      timeline: [],
      readiness: { context: 'fee', verdict: 'INSUFFICIENT EVIDENCE', checks: [] },
    },
  ],
}

const wide: Data = { lines: Array.from({ length: 3_000 }, (_, line) => ({ sku: `SKU${line}`, text: 'x'.repeat(400), hostile })) }

/** More of everything than a page can hold. */
export const hugeNight: Night = {
  ...sampleNight,
  contexts: [
    {
      ...promise,
      cases: Array.from({ length: 10_000 }, (_, at) => {
        const one = sampleCases[at % sampleCases.length] ?? timing
        return { ...one, id: `${one.id}-${at}`, trigger: wide, live: { kind: 'decided', answer: wide, effects: [] } }
      }),
      clusters: Array.from({ length: 5_000 }, (_, at) => ({
        fingerprint: `f-${at}`,
        cause: 'defect',
        count: 5_000 - at,
        exposure: at,
        words: 'w'.repeat(2_000),
        example: `d-${at}`,
      })),
      rules: Array.from({ length: 500 }, () => sampleRules).flat(),
      timeline: Array.from({ length: 2_000 }, (_, at) => ({
        at: new Date(Date.UTC(2026, 2, 1) + at * 60_000).toISOString(),
        decisions: 9,
        byCause: { defect: at % 9 },
      })),
    },
  ],
}
