import type { Draw } from '../draw.ts'
import { draw } from '../draw.ts'
import { dayMs } from './cells.ts'
import type { WorldOptions } from './options.ts'

export type Happening =
  | { readonly atMs: number; readonly kind: 'request'; readonly index: number; readonly now: boolean; readonly session: number }
  | { readonly atMs: number; readonly kind: 'answer'; readonly index: number }
  | { readonly atMs: number; readonly kind: 'refill' | 'change' }

/** People ask in office hours, more at noon, fewer at weekends. */
const arrival = (from: Draw, options: WorldOptions): number => {
  for (;;) {
    const at = options.startMs + Math.floor(from.next() * options.days * dayMs)
    const date = new Date(at)
    const weekend = date.getUTCDay() === 0 || date.getUTCDay() === 6
    const rush = 0.25 + 0.75 * Math.max(0, Math.sin(((date.getUTCHours() - 5) / 24) * 2 * Math.PI))
    if (from.chance(rush * (weekend ? 0.45 : 1))) return at
  }
}

/** Who asks once often asks again at once, about the same: that is where lag is seen. */
const arrivals = (from: Draw, options: WorldOptions): readonly { readonly atMs: number; readonly session: number }[] => {
  const all: { atMs: number; session: number }[] = []
  for (let session = 0; all.length < options.decisions; session += 1) {
    let atMs = arrival(from, options)
    do {
      all.push({ atMs, session })
      atMs += 20 + Math.floor(from.exponential(options.hasteMs))
    } while (from.chance(options.againShare) && all.length < options.decisions)
  }
  return all.sort((a, b) => a.atMs - b.atMs)
}

/** All that will happen, in order. */
export const happenings = (options: WorldOptions): readonly Happening[] => {
  const from = draw(options.seed, 'happenings')
  const all: Happening[] = []
  for (const [index, { atMs, session }] of arrivals(from, options).entries()) {
    const later = from.chance(options.laterShare)
    all.push({ atMs, kind: 'request', index, now: !later, session })
    if (later) all.push({ atMs: atMs + from.whole(200, options.laterMs), kind: 'answer', index })
  }
  const anyTime = (): number => options.startMs + Math.floor(from.next() * options.days * dayMs)
  for (let left = options.refills; left > 0; left -= 1) all.push({ atMs: anyTime(), kind: 'refill' })
  for (let left = options.referenceChanges; left > 0; left -= 1) all.push({ atMs: anyTime(), kind: 'change' })
  return all.sort((a, b) => a.atMs - b.atMs || order[a.kind] - order[b.kind])
}

const order = { request: 0, answer: 1, refill: 2, change: 3 } as const
