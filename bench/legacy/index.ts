import type { Figure } from '../figure.ts'
import { median } from '../median.ts'
import { tell } from '../progress.ts'
import { playDay } from './day.ts'

const full = { rounds: 5, orders: 24_000 } as const
const quick = { rounds: 3, orders: 8_000 } as const
/** More than any machine can take: how long it takes says what this one can. */
const tooMany = 5_000
/** The first orders find cold caches and plans on either side. */
const warmUpShare = 0.2

/** What a customer of the shop waits for an order while Banyan follows and shadows, beside a reader that throws the log away. `--quick`: fewer and shorter days. */
export async function* run(options: readonly string[]): AsyncGenerator<Figure, undefined> {
  const { rounds, orders } = options.includes('--quick') ? quick : full
  tell('the shop: how much this machine can take')
  const flood = await playDay({ follower: 'bare', orders, ordersPerSecond: tooMany })
  const ordersPerSecond = orders / (flood.openMs / 1_000) / 2
  const ours: number[] = []
  const bare: number[] = []
  const shadowed: number[] = []
  let days = 0
  for (let round = 0; round < rounds; round += 1) {
    // Who comes first changes, so that neither always finds the quieter machine.
    for (const follower of round % 2 === 0 ? (['bare', 'banyan'] as const) : (['banyan', 'bare'] as const)) {
      days += 1
      tell(`the shop: day ${days} of ${2 * rounds}, followed by ${follower}`)
      const { latenciesMs, shadowed: decisions } = await playDay({ follower, orders, ordersPerSecond })
      ;(follower === 'banyan' ? ours : bare).push(p99(latenciesMs))
      if (follower === 'banyan') shadowed.push(decisions)
    }
  }
  const [value, peerValue] = [median(ours), median(bare)]
  const context = `p99 of ${orders} orders of the story, from the instant the customer wanted to place it, at ${Math.round(ordersPerSecond)} a second, half of what this machine can take; \`banyan run\` with shadow and private store, all on one machine, ${median(shadowed)} decisions shadowed by the end; in turns, median of ${rounds}`
  yield { name: 'legacy.p99', value, unit: 'ms', peer: 'bare reader', peerValue, ratio: peerValue / value, context }
  const spread = `legacy.p99 with Banyan over that with the bare reader; at most 1.3 is claimed; round by round ${ours.map((ms, at) => (ms / (bare[at] ?? 1)).toFixed(2)).join(', ')}`
  yield { name: 'legacy.p99Ratio', value: value / peerValue, unit: 'x', peer: null, peerValue: null, ratio: null, context: spread }
}

const p99 = (latenciesMs: readonly number[]): number => {
  const warm = latenciesMs.slice(Math.floor(latenciesMs.length * warmUpShare)).toSorted((left, right) => left - right)
  return warm[Math.floor(warm.length * 0.99)] ?? 0
}
