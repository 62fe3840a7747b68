import { expect, test } from 'vitest'
import { ignore } from '../../../src/diff/tolerance.ts'
import { epochMs } from '../../../src/model/ids.ts'
import type { Night } from '../../../src/model/night.ts'
import { position, sourceName, tableName } from '../../../src/model/ids.ts'
import type { TableVersion } from '../../../src/model/table-shape.ts'
import type { PairedDecision } from '../../../src/model/paired-decision.ts'
import type { CaptureCursor } from '../../../src/ports/capture-store.ts'
import type { PipelineConfig } from '../../../src/pipeline/config.ts'
import { night } from '../../../src/pipeline/night.ts'
import type { Store } from '../../../src/ports/store.ts'

const decidedAt = Date.parse('2026-03-01T12:00:00Z')
const decided = (printedAt: number) => ({ kind: 'decided', answer: { qty: 1, printedAt }, effects: [] })

const agreed = (at: number): PairedDecision =>
  ({
    live: {
      id: `d${at}`,
      trigger: { occurredAt: decidedAt, key: `k${at}`, data: {} },
      decidedAt,
      tookMs: 1,
      reads: [],
      observation: decided(at),
    },
    legacy: { id: `d${at}`, decidedAt: null, observation: decided(0) },
    verdict: {
      finding: { kind: 'agreed' },
      asOf: { observation: decided(at), reads: [], inputsRead: [] },
      ...{ asOfDifferences: [], liveDifferences: [], restoring: [], evidence: [], latent: false, exposure: null, grade: 'A' },
    },
  }) as unknown as PairedDecision

const count = 4

interface Stored {
  readonly cursor?: Partial<CaptureCursor>
  readonly versions?: readonly TableVersion[]
}

const storeOf = (decisions: readonly PairedDecision[], { cursor, versions }: Stored): Store =>
  ({
    tableVersions: async () => versions ?? [],
    captureCursor: async () => cursor ?? null,
    totals: async () => ({ transactions: count, changes: count, events: count, deadLetters: 0 }),
    rules: async () => [],
    decisionTotals: async () => ({ triggers: count, live: count, open: 0, settled: count, verdicts: count }),
    archive: async function* () {
      yield decisions
    },
  }) as unknown as Store

const nightAt = (day: string, stored: Stored = {}): Promise<Night> => {
  const context = {
    name: 'promise',
    on: 'asked',
    reads: {},
    compare: { '/printedAt': ignore('printer clock', { owner: 'ops', until: '2026-04-01' }) },
  }
  const config = { source: { name: 'oms' }, contexts: [context] } as unknown as PipelineConfig
  return night({
    config,
    store: storeOf(
      Array.from({ length: count }, (_, at) => agreed(at)),
      stored,
    ),
    now: epochMs(Date.parse(day)),
  })
}

test('a gap in the log is told with its instant, and no gate is open over it', async () => {
  const at = epochMs(Date.parse('2026-03-30T12:00:00Z'))
  const told = await nightAt('2026-03-31', { cursor: { phase: 'gap', at } })
  expect(told.source.gapSince).toBe('2026-03-30T12:00:00.000Z')
  const check = told.contexts[0]?.readiness.checks.find(({ id }) => id === 'evidence-present')
  expect(check).toMatchObject({
    verdict: 'fail',
    actual: expect.stringContaining('2026-03-30T12:00:00.000Z'),
    missing: expect.stringContaining('new snapshot'),
  })
  expect(told.contexts[0]?.readiness.verdict).toBe('NOT READY')
  expect((await nightAt('2026-03-31', { cursor: { phase: 'stream', at } })).source).not.toHaveProperty('gapSince')
})

test('changes of the schema are told, and no gate is open while capture waits before one', async () => {
  const at = epochMs(Date.parse('2026-03-30T12:00:00Z'))
  const version: TableVersion = {
    source: sourceName('oms'),
    table: tableName('ord_hdr'),
    position: position('0:1'),
    at,
    shape: null,
    changes: [{ kind: 'dropped', column: 'sts_cd', type: 'text' }],
    usedBy: ['rule order.placed'],
    decision: 'told',
    fingerprint: 'ord_hdr:0',
  }
  const told = await nightAt('2026-03-31', { versions: [{ ...version, changes: [], decision: 'first' }, version] })
  expect(told.source.schemaChanges).toEqual([
    {
      ...{ at: '2026-03-30T12:00:00.000Z', table: 'ord_hdr', words: 'column ord_hdr.sts_cd was dropped' },
      ...{ usedBy: ['rule order.placed'], decision: 'told', fingerprint: 'ord_hdr:0' },
    },
  ])
  const checkOf = (one: Night) => one.contexts[0]?.readiness.checks.find(({ id }) => id === 'evidence-present')
  expect(checkOf(told)?.verdict).not.toBe('fail')
  const waiting = await nightAt('2026-03-31', { versions: [version, { ...version, decision: 'paused' }] })
  expect(checkOf(waiting)).toMatchObject({
    verdict: 'fail',
    actual: expect.stringContaining('capture waits since 2026-03-30T12:00:00.000Z'),
  })
  expect((await nightAt('2026-03-31')).source).not.toHaveProperty('schemaChanges')
})

test('a night tells what each tolerance hid, and closes the gate once one has expired', async () => {
  const [before, after] = [(await nightAt('2026-03-31')).contexts[0], (await nightAt('2026-04-01')).contexts[0]]
  expect(before?.tolerances).toMatchObject([{ path: '/printedAt', owner: 'ops', hits: 3, decisions: 3, expired: false }])
  expect(after?.tolerances).toMatchObject([{ hits: 3, expired: true }])
  const check = (context: typeof before) => context?.readiness.checks.find(({ id }) => id === 'tolerances-in-force')
  expect(check(before)?.verdict).toBe('pass')
  expect(check(after)).toMatchObject({ verdict: 'fail', missing: 'renew or drop /printedAt (ops, until 2026-04-01)' })
  expect(after?.readiness.verdict).toBe('NOT READY')
})
