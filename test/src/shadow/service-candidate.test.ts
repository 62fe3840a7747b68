import { describe, expect, it } from 'vitest'
import type { CandidateCall } from '../../../src/model/context.ts'
import { epochMs } from '../../../src/model/ids.ts'
import type { Data } from '../../../src/model/value.ts'
import type { CandidateService, ServiceHello, ServiceReply, ServiceRequest } from '../../../src/ports/candidate-service.ts'
import { runCandidate } from '../../../src/shadow/candidate-run.ts'
import type { CandidateRun } from '../../../src/shadow/candidate-run.ts'
import { contextsFor, stream } from '../../../src/shadow/define-context.ts'
import { liveReads } from '../../../src/shadow/read-resolver.ts'
import { serviceCandidate } from '../../../src/shadow/service-candidate.ts'
import { createVersionState } from '../../../src/shadow/version-state.ts'
import { at, change, header, trigger } from './changes.ts'

interface Oms {
  stock: { sku: string; qty: number }
}
const { projection } = contextsFor<Oms>()
const reads = {
  stock: projection({
    kind: 'state',
    from: 'stock',
    key: (row) => row.sku,
    group: (row) => row.sku.slice(0, 1),
    value: (row) => row.qty,
    feed: stream(),
  }),
}
const state = createVersionState(reads)
state.apply(change(header(1), 0, 'create', 'stock', { key: '["A1"]', after: { sku: 'A1', qty: 5 } }))
state.apply(change(header(1), 1, 'create', 'stock', { key: '["A2"]', after: { sku: 'A2', qty: 7 } }))

const { signal } = new AbortController()
const replay: ServiceHello = { kind: 'hello', acceptsReads: true, version: 'v7' }
const liveOnly: ServiceHello = { kind: 'hello', acceptsReads: false, version: null }

const answer = (more: Partial<Extract<ServiceReply, { kind: 'answered' }>> = {}): ServiceReply => ({
  kind: 'answered',
  answer: 1,
  effects: [],
  reads: [],
  inputs: null,
  version: null,
  ...more,
})

const run = async (
  decide: (request: ServiceRequest) => ServiceReply,
  options: { readonly hello?: ServiceHello; readonly mode?: CandidateCall['mode']; readonly needs?: boolean; readonly data?: Data } = {},
): Promise<CandidateRun & { readonly requests: readonly ServiceRequest[] }> => {
  const requests: ServiceRequest[] = []
  const service: CandidateService = {
    kind: 'service',
    where: 'http://here/',
    hello: async () => options.hello ?? replay,
    decide: async (request) => {
      requests.push(request)
      return decide(request)
    },
  }
  const needs = options.needs === true ? () => [{ projection: 'stock', kind: 'key' as const, key: 'A1' }] : null
  const ran = await runCandidate({
    context: {
      reads,
      candidate: serviceCandidate({ context: 'promise', service, needs }),
      shape: null,
      limits: { timeoutMs: 2_000, concurrency: 1, queue: 1, circuitFailures: 1, circuitOpenMs: 1 },
    },
    trigger: trigger(2, 'K', options.data ?? { sku: 'A1', lines: [{ n: 1, note: 'x' }] }),
    resolve: liveReads({ projections: reads, state, frontier: () => at(1), masked: [], now: () => epochMs(9), signal }),
    mode: options.mode ?? 'live',
    now: () => epochMs(1_234),
    seed: 'decision',
    signal,
    world: { schedule: () => () => undefined, elapsedMs: () => 0 },
  })
  return { ...ran, requests }
}

const seen = (ran: CandidateRun): readonly unknown[] =>
  ran.reads.map(({ projection: name, kind, key, entries, feed }) => [name, kind, key, entries.map(({ value }) => value), feed])

const saw = (key: string, value: Data): Extract<ServiceReply, { kind: 'answered' }>['reads'] => [
  { projection: 'stock', key, saw: { kind: 'value', value } },
]

describe('reads in the question', () => {
  it('are resolved, sent with their versions, and recorded', async () => {
    const ran = await run(() => answer({ answer: { qty: 5 } }), { needs: true })
    expect(ran.requests).toHaveLength(1)
    expect(ran.requests[0]).toMatchObject({
      decision: 'decision',
      instant: 1_234,
      reads: [{ projection: 'stock', key: 'A1', entries: [{ value: 5, version: { position: at(1), ordinal: 0 } }] }],
    })
    expect(seen(ran)).toEqual([['stock', 'key', 'A1', [5], 'stream']])
    expect(ran).toMatchObject({ observation: { kind: 'decided', answer: { qty: 5 } }, answeredBy: 'v7' })
  })

  it('are added as long as the service asks for more', async () => {
    const ran = await run(
      ({ reads: given }) => {
        if (given.length === 1) return { kind: 'needs', reads: [{ projection: 'stock', kind: 'group', key: 'A' }] }
        return answer({ answer: given.length })
      },
      { needs: true },
    )
    expect(ran.observation).toMatchObject({ answer: 2 })
    expect(seen(ran)).toEqual([
      ['stock', 'key', 'A1', [5], 'stream'],
      ['stock', 'group', 'A', [5, 7], 'stream'],
    ])
  })

  it('come to an end: who asks for nothing more, or without end, is of a wrong shape', async () => {
    const again = await run(() => ({ kind: 'needs', reads: [{ projection: 'stock', kind: 'key', key: 'A1' }] }), { needs: true })
    expect(again.observation).toMatchObject({ kind: 'failed', reason: 'wrong-shape' })
    const endless = await run((request) => ({
      kind: 'needs',
      reads: [{ projection: 'stock', kind: 'key', key: `K${request.reads.length}` }],
    }))
    expect(endless.observation).toMatchObject({ kind: 'failed', reason: 'wrong-shape', message: expect.stringContaining('16 rounds') })
    expect(endless.requests).toHaveLength(16)
  })

  it('of a projection that nobody knows are the service’s mistake', async () => {
    const ran = await run(() => ({ kind: 'needs', reads: [{ projection: 'stok', kind: 'key', key: 'A1' }] }))
    expect(ran.observation).toMatchObject({ kind: 'failed', reason: 'threw', message: expect.stringContaining('stok') })
  })
})

describe('reads of its own', () => {
  it('are recorded live by value, as of a store that others fill', async () => {
    const ran = await run(() => answer({ reads: saw('A1', 3) }), { hello: liveOnly })
    expect(seen(ran)).toEqual([['stock', 'key', 'A1', [3], 'external']])
  })

  it('stand where it was given something else', async () => {
    const ran = await run(() => answer({ reads: saw('A1', 3) }), { needs: true })
    expect(seen(ran)).toEqual([['stock', 'key', 'A1', [3], 'external']])
  })

  it('are not recorded twice where they are what it was given, by value or by version', async () => {
    const ran = await run(() => answer({ reads: saw('A1', 5) }), { needs: true })
    expect(seen(ran)).toEqual([['stock', 'key', 'A1', [5], 'stream']])
    const version = await run(
      () => answer({ reads: [{ projection: 'stock', key: 'A1', saw: { kind: 'version', at: { position: at(1), ordinal: 0 } } }] }),
      { needs: true },
    )
    expect(seen(version)).toEqual([['stock', 'key', 'A1', [5], 'stream']])
  })

  it('void a replay', async () => {
    const ran = await run(() => answer({ reads: saw('A1', 3) }), { needs: true, mode: 'replay' })
    expect(ran.observation).toMatchObject({ kind: 'failed', reason: 'unrecorded-read', message: expect.stringContaining('stock A1') })
    const other = await run(() => answer({ reads: saw('B', 3) }), { needs: true, mode: 'replay' })
    expect(other.observation).toMatchObject({ kind: 'failed', reason: 'unrecorded-read' })
  })

  it('but not where a given group shows that the key is absent', async () => {
    const group = (): ServiceReply => ({ kind: 'needs', reads: [{ projection: 'stock', kind: 'group', key: 'A' }] })
    const ran = await run(({ reads: given }) => (given.length === 0 ? group() : answer({ reads: saw('A9', null) })), { mode: 'replay' })
    expect(ran.observation).toMatchObject({ kind: 'decided' })
  })
})

it('a service that does not accept reads is not asked in a replay, and is given none live', async () => {
  const ran = await run(() => answer(), { hello: liveOnly, mode: 'replay', needs: true })
  expect(ran.observation).toMatchObject({ kind: 'failed', reason: 'not-replayable' })
  expect(ran.requests).toEqual([])
  const live = await run(() => answer(), { hello: liveOnly, needs: true })
  expect(live.requests[0]?.reads).toEqual([])
})

it.each<[ServiceReply['kind'], string]>([
  ['failed', 'threw'],
  ['malformed', 'wrong-shape'],
  ['timed-out', 'timed-out'],
  ['unreachable', 'unreachable'],
])('a reply that is %s is a failed observation: %s', async (kind, reason) => {
  const ran = await run(() => ({ kind, message: 'why' }) as ServiceReply)
  expect(ran.observation).toEqual({ kind: 'failed', reason, message: 'why' })
})

it('what it looked at is what it says; without a word, everything', async () => {
  expect((await run(() => answer({ inputs: ['/sku', '/lines/*/n', '/nowhere'] }))).inputsRead).toEqual(['/lines', '/lines/*/n', '/sku'])
  expect((await run(() => answer({ inputs: ['clock'] }))).inputsRead).toEqual(['clock'])
  expect((await run(() => answer())).inputsRead).toEqual(['/lines', '/lines/*/n', '/lines/*/note', '/sku', 'clock'])
})

it('effects are intended, never done', async () => {
  const ran = await run(() => answer({ effects: [{ kind: 'mail', payload: { to: 'C' } }] }))
  expect(ran.observation).toMatchObject({ effects: [{ kind: 'mail', payload: { to: 'C' } }] })
})
