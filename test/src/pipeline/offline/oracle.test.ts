import { expect, test } from 'vitest'
import { fileSpool } from '../../../../adapters/fixture/decision-spool.ts'
import { encode } from '../../../../src/model/canonical.ts'
import { epochMs } from '../../../../src/model/ids.ts'
import type { Data } from '../../../../src/model/value.ts'
import { deliveriesOf } from '../../../../src/pipeline/offline/memory-deliveries.ts'
import type { DeliveryLine } from '../../../../src/ports/delivery-source.ts'
import { seeded } from '../../mine/seeded.ts'
import type { Commit } from './offline-shop.ts'
import { positionOf } from './offline-shop.ts'
import type { Told } from './stock-shop.ts'
import { begin, ordered, runShop, stocked } from './stock-shop.ts'

interface Version {
  readonly at: number
  readonly free: number
  /** When the candidate's store had it; never for a lost one. */
  readonly cameAt: number
}

interface Expected {
  readonly live: number
  readonly legacy: number
  /** Age of the oldest version that was missed; null where the store was up to date. */
  readonly ageMs: number | null
}

interface World {
  readonly commits: readonly Commit[]
  readonly deliveries: readonly DeliveryLine[]
  readonly expected: ReadonlyMap<string, Expected>
}

const skus = 12
const decideAfterMs = 400

/**
 * A shop in which stock changes all the time and reaches the candidate's store late, out of order or never, with what the candidate must have seen
 * told from the draws alone.
 */
const world = (seed: number, steps: number): World => {
  const random = seeded(seed)
  const commits: Commit[] = []
  const deliveries: DeliveryLine[] = []
  const expected = new Map<string, Expected>()
  const versions = Array.from({ length: skus }, (_, sku): Version[] => {
    commits.push(stocked(0, `S${sku}`, 5, 'read'))
    return [{ at: 0, free: 5, cameAt: Number.NEGATIVE_INFINITY }]
  })
  for (let step = 1; step <= steps; step++) {
    const at = 1_000 * step
    const sku = Math.floor(random() * skus)
    const history = versions[sku] ?? []
    if (random() < 0.5) {
      const free = Math.floor(random() * 10)
      const draw = random()
      const cameAt = draw < 0.05 ? Number.POSITIVE_INFINITY : at + (draw < 0.15 ? 120_000 * random() : 300 * random())
      history.push({ at, free, cameAt })
      const line = { kind: 'delivered', projection: 'stock', key: `S${sku}`, position: positionOf(commits.length) } as const
      if (Number.isFinite(cameAt)) deliveries.push({ ...line, at: epochMs(begin + cameAt) })
      commits.push(stocked(at, `S${sku}`, free))
    } else {
      const [name, qty, decidedAt] = [`O${step}`, 1 + Math.floor(random() * 9), at + decideAfterMs]
      const legacy = Math.min(qty, history.at(-1)?.free ?? 0)
      // The newest of what had come.
      const seen = history.findLastIndex((version) => version.cameAt <= decidedAt)
      const missed = history[seen + 1]
      expected.set(name, {
        live: Math.min(qty, history[seen]?.free ?? 0),
        legacy,
        ageMs: missed === undefined ? null : decidedAt - missed.at,
      })
      deliveries.push({ kind: 'decided', context: 'promise', key: name, at: epochMs(begin + decidedAt) })
      commits.push(ordered(at, name, `S${sku}`, qty, legacy))
    }
  }
  return { commits, deliveries, expected }
}

const textOf = ({ pairs }: Told): ReadonlyMap<string, string> =>
  new Map([...pairs].map(([key, { live, verdict }]) => [key, encode({ live: { ...live, tookMs: 0 }, verdict } as unknown as Data)]))

test('thousands of decisions see what had come, and miss what had not: as drawn, with old versions forgotten on the way', async () => {
  const { commits, deliveries, expected } = world(3, 6_000)
  const { pairs, night } = await runShop(commits, deliveriesOf(deliveries))
  expect(pairs.size).toBe(expected.size)
  let late = 0
  for (const [name, { live, legacy, ageMs }] of expected) {
    const pair = pairs.get(name)
    expect(pair?.live.observation, name).toMatchObject({ answer: { qty: live } })
    if (live === legacy) expect(pair?.verdict?.finding, name).toEqual({ kind: 'agreed' })
    else {
      late += 1
      const cause = (ageMs ?? 0) > 5_000 ? 'stale-data' : 'timing'
      expect(pair?.verdict, name).toMatchObject({ finding: { kind: 'caused', causes: [cause] }, restoring: [{ ageMs, cause }] })
    }
  }
  expect(late).toBeGreaterThan(100)
  expect(night.contexts[0]).toMatchObject({ diverged: late, account: { decisions: expected.size, compared: expected.size, remainder: 0 } })
}, 60_000)

test('verdicts hang neither on the order of the lines nor on where decisions wait', async () => {
  const { commits, deliveries } = world(4, 600)
  const random = seeded(5)
  const shuffled = deliveries.map((line) => ({ line, place: random() })).sort((a, b) => a.place - b.place)
  const first = textOf(await runShop(commits, deliveriesOf(deliveries)))
  expect(textOf(await runShop(commits, deliveriesOf(shuffled.map(({ line }) => line))))).toEqual(first)
  expect(textOf(await runShop(commits, deliveriesOf(deliveries), { spool: fileSpool }))).toEqual(first)
})
