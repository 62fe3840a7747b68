import { describe, expect, it, vi } from 'vitest'
import type { Context } from '../../../src/model/context.ts'
import { epochMs } from '../../../src/model/ids.ts'
import { runCandidate } from '../../../src/shadow/candidate-run.ts'
import type { CandidateRun, RunWorld } from '../../../src/shadow/candidate-run.ts'
import { asOfReads, liveReads } from '../../../src/shadow/read-resolver.ts'
import type { ResolveRead } from '../../../src/shadow/read-resolver.ts'
import { createVersionState } from '../../../src/shadow/version-state.ts'
import { contextsFor, external, stream } from '../../../src/shadow/define-context.ts'
import { at, change, header, trigger } from './changes.ts'

interface Oms {
  inv_bal: { sku: string; node: string; qty: number }
}
const { projection } = contextsFor<Oms>()
const shape = {
  kind: 'state',
  from: 'inv_bal',
  key: (r: Oms['inv_bal']) => r.node,
  value: (r: Oms['inv_bal']) => ({ qty: r.qty }),
} as const
const reads = {
  stock: projection({ ...shape, group: (r) => r.sku, feed: stream() }),
  item: projection({ ...shape, feed: external(async (key) => (key === 'gone' ? undefined : { pack: 6 })) }),
}
const state = createVersionState(reads)
state.apply(change(header(1), 0, 'create', 'inv_bal', { key: '["A"]', after: { sku: 'S', node: 'A', qty: 5 } }))
state.apply(change(header(1), 1, 'create', 'inv_bal', { key: '["B"]', after: { sku: 'S', node: 'B', qty: 7 } }))

const data = { sku: 'S', qty: 3, gift: { wrap: true }, lines: [{ n: 1 }, { n: 2 }] }
const world = (): RunWorld & { readonly fire: () => void } => {
  let due = (): void => undefined
  return {
    schedule: (run) => {
      due = run
      return () => {
        due = () => undefined
      }
    },
    elapsedMs: () => 0,
    fire: () => due(),
  }
}
const signal = new AbortController().signal
const live: ResolveRead = liveReads({ projections: reads, state, frontier: () => at(1), masked: [], now: () => epochMs(9), signal })
const limits = { timeoutMs: 2_000, concurrency: 1, queue: 1, circuitFailures: 1, circuitOpenMs: 1 }

const run = async (
  candidate: Context['candidate'],
  more: {
    readonly shape?: Context['shape']
    readonly world?: RunWorld
    readonly resolve?: ResolveRead
    readonly signal?: AbortSignal
    readonly seed?: string
  } = {},
): Promise<CandidateRun> =>
  runCandidate({
    context: { reads, candidate, shape: more.shape ?? null, limits },
    trigger: trigger(2, 'K', data),
    resolve: more.resolve ?? live,
    now: () => epochMs(1_234),
    seed: more.seed ?? 'decision',
    signal: more.signal ?? signal,
    world: more.world ?? world(),
  })

describe('what a candidate is given', () => {
  it('records reads once each, absent keys and groups too, and gives the same value again', async () => {
    const { observation, reads: recorded } = await run(async (_, __, { stock, item }) => {
      const first = (await stock?.get('A')) as { qty: number }
      first.qty = 99
      return [
        await stock?.get('A'),
        (await stock?.get('nowhere')) ?? null,
        await stock?.group('S'),
        await item?.get('x'),
        (await item?.get('gone')) ?? null,
      ]
    })
    expect(observation).toMatchObject({
      kind: 'decided',
      answer: [
        { qty: 5 },
        null,
        [
          { key: 'A', value: { qty: 5 } },
          { key: 'B', value: { qty: 7 } },
        ],
        { pack: 6 },
        null,
      ],
    })
    expect(recorded.map(({ projection: name, kind, key, entries, frontier }) => [name, kind, key, entries.length, frontier])).toEqual([
      ['stock', 'key', 'A', 1, at(1)],
      ['stock', 'key', 'nowhere', 1, at(1)],
      ['stock', 'group', 'S', 2, at(1)],
      ['item', 'key', 'x', 1, null],
      ['item', 'key', 'gone', 1, null],
    ])
    expect(recorded[0]?.entries[0]).toMatchObject({ value: { qty: 5 }, version: { position: at(1) } })
    expect(recorded[3]?.entries[0]).toEqual({ key: 'x', value: { pack: 6 }, version: null })
  })

  it('notes which inputs were looked at, and lets the candidate spoil only its own copy', async () => {
    const { inputsRead, observation } = await run((input) => {
      const order = input as { qty: number; gift: { wrap: boolean }; lines: { n: number }[] }
      order.qty += 1
      order.lines.reverse()
      return { qty: order.qty, wrap: order.gift.wrap, first: order.lines[0] ?? null }
    })
    expect(observation).toMatchObject({ answer: { qty: 4, wrap: true, first: { n: 2 } } })
    expect(inputsRead).toEqual(['/gift', '/gift/wrap', '/lines', '/qty'])
    expect(data).toEqual({ sku: 'S', qty: 3, gift: { wrap: true }, lines: [{ n: 1 }, { n: 2 }] })
    expect((await run((input) => structuredClone(input))).observation).toMatchObject({ answer: data })
  })

  it('gives the decision clock and the same random numbers for the same decision', async () => {
    const draw: Context['candidate'] = (_, { clock, random }) => [clock.now(), random(), random()]
    const [one, two, other] = [await run(draw), await run(draw), await run(draw, { seed: 'other' })]
    expect(one.observation).toEqual(two.observation)
    expect(one.observation).not.toEqual(other.observation)
    expect(one.observation).toMatchObject({ answer: [1_234, expect.toSatisfy((x: number) => x >= 0 && x < 1), expect.anything()] })
  })

  it('records intended effects instead of doing them', async () => {
    const { observation } = await run((_, { intend }) => {
      intend('mail', { to: 'x' })
      return null
    })
    expect(observation).toEqual({ kind: 'decided', answer: null, effects: [{ kind: 'mail', payload: { to: 'x' } }] })
  })

  it('sees everything as of a point in a replay, external feeds too, but no groups of them', async () => {
    const resolve = asOfReads({ projections: reads, state, before: { position: at(1), ordinal: 1 }, masked: [], readAt: epochMs(0) })
    const asked: Context['candidate'] = async (_, __, { stock, item }) => [await stock?.group('S'), await item?.get('A')]
    expect((await run(asked, { resolve })).observation).toMatchObject({ answer: [[{ key: 'A' }], { qty: 5 }] })
    const grouped = await run(async (_, __, { item }) => (await item?.group('S')) ?? null)
    expect(grouped.observation).toMatchObject({ kind: 'failed', reason: 'threw', message: expect.stringContaining('cannot read groups') })
  })
})

describe('a candidate that misbehaves', () => {
  it.each<[string, Context['candidate'], string, RegExp]>([
    [
      'throws',
      () => {
        throw new RangeError('no node')
      },
      'threw',
      /RangeError: no node/,
    ],
    ['rejects with garbage', () => Promise.reject(Object.create(null)), 'threw', /cannot be printed/],
    ['answers undefined', () => undefined, 'wrong-shape', /undefined/],
    ['answers a date', () => ({ when: new Date() }), 'wrong-shape', /instance of Date/],
    [
      'answers a cycle',
      () => {
        const a: unknown[] = []
        a.push(a)
        return a
      },
      'wrong-shape',
      /nested deeper/,
    ],
    ['answers more than a row can hold', () => 'x'.repeat(300_000_000), 'wrong-shape', /more than 1000000/],
    [
      'answers what unfolds without end',
      () => {
        let answer: unknown = 'lol'
        for (let level = 0; level < 40; level += 1) answer = { again: answer, once: answer }
        return answer
      },
      'wrong-shape',
      /more than 1000000/,
    ],
    ['intends a function', (_, { intend }) => intend('x', (() => 1) as never), 'threw', /function/],
  ])('%s: that is its answer', async (_, candidate, reason, message) => {
    expect((await run(candidate)).observation).toMatchObject({ kind: 'failed', reason, message: expect.stringMatching(message) })
  })

  it('answers a shape that the context refuses', async () => {
    const refuse = (answer: unknown): string | null => (typeof answer === 'number' ? null : 'not a number')
    expect((await run(() => 5, { shape: refuse })).observation).toMatchObject({ kind: 'decided' })
    expect((await run(() => 'five', { shape: refuse })).observation).toEqual({
      kind: 'failed',
      reason: 'wrong-shape',
      message: 'not a number',
    })
  })

  it('hangs: it is timed out, and nothing that it does later counts', async () => {
    const clock = world()
    const late = Promise.withResolvers<void>()
    const later = vi.fn()
    const running = run(
      async (_, { intend, signal: ended }, { stock }) => {
        await stock?.get('A')
        await late.promise
        later(ended.aborted)
        intend('mail', 1)
        await stock?.get('B')
        later('never')
        return 'late'
      },
      { world: clock },
    )
    await new Promise((done) => setImmediate(done))
    clock.fire()
    const ran = await running
    expect(ran.observation).toMatchObject({ kind: 'failed', reason: 'timed-out' })
    late.resolve()
    await new Promise((done) => setImmediate(done))
    expect(later.mock.calls).toEqual([[true]])
    expect(ran.reads).toHaveLength(1)
  })

  it('is forgotten when the run is called off', async () => {
    const stop = new AbortController()
    const running = run(() => new Promise(() => undefined), { signal: stop.signal })
    stop.abort(new Error('shut down'))
    await expect(running).rejects.toThrow('shut down')
  })

  it('does not bring the process down with a read that nobody awaits', async () => {
    const resolve: ResolveRead = () => Promise.reject(new Error('feed is down'))
    const { observation, reads: recorded } = await run(
      (_, __, { stock }) => {
        void stock?.get('A')
        return 1
      },
      { resolve },
    )
    await new Promise((done) => setImmediate(done))
    expect(observation).toMatchObject({ kind: 'decided', answer: 1 })
    expect(recorded).toEqual([])
  })
})
