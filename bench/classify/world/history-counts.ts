import { dayMs } from './cells.ts'
import type { Earlier } from './feature.ts'
import type { Decided } from './simulate.ts'

/** The same decisions, with counts of earlier ones by these facts too: a found rule may count what no planted one does. */
export const withHistory = (all: readonly Decided[], facts: readonly string[]): readonly Decided[] => {
  if (facts.length === 0) return all
  const seen = new Map<string, number[]>()
  const counted = new Set(facts)
  return all.map((decided) => {
    const { clockMs, facts: known } = decided
    const counts = new Map<string, Earlier>()
    for (const fact of counted) {
      const name = `${fact}\n${String(known.cell(fact))}`
      const times = seen.get(name) ?? []
      counts.set(fact, {
        total: times.length,
        today: countSince(times, Math.floor(clockMs / dayMs) * dayMs),
        hour: countSince(times, clockMs - 3_600_000),
        lastMs: times.at(-1) ?? null,
      })
      times.push(clockMs)
      seen.set(name, times)
    }
    return { ...decided, facts: { ...known, earlier: (fact: string) => counts.get(fact) ?? known.earlier(fact) } }
  })
}

/** Times come in order. */
const countSince = (times: readonly number[], sinceMs: number): number => {
  let count = 0
  while (count < times.length && (times[times.length - 1 - count] ?? 0) >= sinceMs) count += 1
  return count
}
