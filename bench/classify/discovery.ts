import type { ScenarioRef, Scenario } from './scenario.ts'
import { openScenario } from './scenario.ts'
import { judge, runOffline } from './run-scenario.ts'
import { scoreRules } from './score/rules.ts'
import { stageOf } from './stage.ts'
import { changedBy } from './world/plant.ts'
import type { PlantedRule } from './world/planted-rule.ts'
import type { World } from './world/simulate.ts'

/** After how many decisions that a rule changed it was shown. */
export interface Discovery {
  readonly name: string
  readonly kind: string
  /** Until the first provisional rule told of it: rightly, if not of all of it, or of nearly all of it. Null: not after the most that was tried. */
  readonly afterMismatches: number | null
  /** Until what was shown was as good as it. */
  readonly exactAfterMismatches: number | null
  readonly tried: number
}

/** A shown rule with other borders tells of a planted one when on fresh decisions both do the same in so many of those that either changes. */
const tellsOfIt = 0.8

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

interface Shown {
  readonly told: boolean
  readonly exact: boolean
}

const shownBy = async (scenario: Scenario, rule: PlantedRule, seq: number): Promise<Shown> => {
  const early = untilDecision(scenario, seq)
  const { truths } = judge(early)
  const { rules } = await runOffline(early, stageOf(early), truths)
  const fate = scoreRules(scenario, rules).planted.find(({ id }) => id === rule.id)
  return { told: fate !== undefined && (fate.pieces > 0 || fate.nearest >= tellsOfIt), exact: fate?.recovered === true }
}

/** The first place from which on it holds: once found, it stays found, and a search by halves needs few runs. */
const firstPlace = async (from: number, to: number, holds: (place: number) => Promise<boolean>): Promise<number> => {
  let [low, high] = [from, to]
  while (low < high) {
    const middle = (low + high) >> 1
    if (await holds(middle)) high = middle
    else low = middle + 1
  }
  return low
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
  const known = new Map<number, Shown>()
  const shownAt = async (place: number): Promise<Shown> => {
    const shown = known.get(place) ?? (await shownBy(scenario, rule, by[(possible[place] ?? 1) - 1]?.seq ?? 0))
    known.set(place, shown)
    return shown
  }
  const told = await firstPlace(0, possible.length, async (place) => (await shownAt(place)).told)
  const exact = await firstPlace(told, possible.length, async (place) => (await shownAt(place)).exact)
  return {
    name: scenario.name,
    kind: rule.kind,
    afterMismatches: possible[told] ?? null,
    exactAfterMismatches: possible[exact] ?? null,
    tried: possible.at(-1) ?? 0,
  }
}
