import type { ScenarioRef, Scenario } from './scenario.ts'
import { openScenario } from './scenario.ts'
import { judge, runOffline } from './run-scenario.ts'
import { scoreRules } from './score/rules.ts'
import { stageOf } from './stage.ts'
import { changedBy } from './world/plant.ts'
import type { PlantedRule } from './world/planted-rule.ts'
import type { World } from './world/simulate.ts'

/** After how many decisions that a rule changed it was shown and right. */
export interface Discovery {
  readonly name: string
  readonly kind: string
  /** Null: not after the most that was tried. */
  readonly afterMismatches: number | null
  readonly tried: number
}

const steps = [8, 12, 16, 20, 25, 30, 40, 60, 90]

/** The scenario as it was known just after a decision. */
const untilDecision = (scenario: Scenario, seq: number): Scenario => {
  const { world } = scenario
  const decided = world.decided.filter((each) => each.seq <= seq)
  const commits = world.commits.filter((commit) => commit.seq <= seq)
  const known: World = { ...world, decided, commits }
  const arrivals = Object.fromEntries(
    Object.entries(scenario.view.arrivals).map(([projection, byKey]) => [
      projection,
      new Map(
        [...byKey].map(([key, all]) => [
          key,
          all.filter(({ index }) => index === null || (world.history.of(projection, key)[index]?.seq ?? 0) <= seq),
        ]),
      ),
    ]),
  )
  return { ...scenario, world: known, view: { ...scenario.view, arrivals } }
}

const isFound = async (scenario: Scenario, rule: PlantedRule, seq: number): Promise<boolean> => {
  const early = untilDecision(scenario, seq)
  const { truths } = judge(early)
  const { rules } = await runOffline(early, stageOf(early), truths)
  return scoreRules(scenario, rules).planted.find(({ id }) => id === rule.id)?.recovered === true
}

/** The first rule of a scenario that changes enough decisions; null where there is none. */
export const discover = async (ref: ScenarioRef): Promise<Discovery | null> => {
  const scenario = openScenario(ref)
  const changed = scenario.options.rules
    .filter((rule) => rule.inLanguage)
    .map((rule) => ({
      rule,
      by: changedBy(rule, scenario.world.decided).filter(({ noise, base, legacy }) => noise === null && base !== legacy),
    }))
    .find(({ by }) => by.length >= 30)
  if (changed === undefined) return null
  const { rule, by } = changed
  const possible = steps.filter((step) => step <= by.length)
  let low = 0
  let high = possible.length
  // Found once, it stays found: a search by halves needs four runs instead of nine.
  while (low < high) {
    const middle = (low + high) >> 1
    const seq = by[(possible[middle] ?? 1) - 1]?.seq ?? 0
    if (await isFound(scenario, rule, seq)) high = middle
    else low = middle + 1
  }
  return { name: scenario.name, kind: rule.kind, afterMismatches: possible[low] ?? null, tried: possible.at(-1) ?? 0 }
}
