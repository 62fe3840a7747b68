import { dayMs } from './cells.ts'
import type { Decided } from './simulate.ts'

/** The same decisions, with counts of earlier ones by these facts too: a found rule may count what no planted one does. */
export const withHistory = (all: readonly Decided[], facts: readonly string[]): readonly Decided[] => {
  if (facts.length === 0) return all
  const seen = new Map<string, { total: number; today: number; day: number }>()
  const counted = new Set(facts)
  return all.map((decided) => {
    const day = Math.floor(decided.clockMs / dayMs)
    const counts = new Map<string, { total: number; today: number }>()
    for (const fact of counted) {
      const name = `${fact}\n${String(decided.facts.cell(fact))}`
      const found = seen.get(name)
      const today = found?.day === day ? found.today : 0
      counts.set(fact, { total: found?.total ?? 0, today })
      seen.set(name, { total: (found?.total ?? 0) + 1, today: today + 1, day })
    }
    const { facts: known } = decided
    return { ...decided, facts: { ...known, earlier: (fact: string) => counts.get(fact) ?? known.earlier(fact) } }
  })
}
