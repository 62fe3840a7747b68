import type { HiddenRule } from '../../../src/model/hidden-rule.ts'
import type { Scenario } from '../scenario.ts'
import { freshWorld } from '../scenario.ts'
import type { Answer } from '../world/cells.ts'
import { sameCells } from '../world/cells.ts'
import type { PlantedRule } from '../world/planted-rule.ts'
import { ruleHolds, withEffect } from '../world/planted-rule.ts'
import type { Case } from './case.ts'
import { casesOf } from './case.ts'
import type { ReadableRule } from './found-rule.ts'
import { readRule } from './found-rule.ts'
import { withHistory } from '../world/history-counts.ts'

/** What became of one planted rule. */
export interface PlantedFate {
  readonly id: string
  readonly kind: string
  readonly inLanguage: boolean
  /** Decisions of the recorded period that it alone changed. */
  readonly positives: number
  readonly recovered: boolean
  /** Overlap on fresh decisions of what it changes and what was found for it. */
  readonly jaccard: number
  /** One found rule does it, with the same number of conditions. */
  readonly sameLiterals: boolean
  /** One found rule does it, and no recorded decision lies between its limits and the true ones. */
  readonly exact: boolean
  readonly pieces: number
  readonly conditions: number
  readonly words: readonly string[]
}

export interface FoundFate {
  readonly status: HiddenRule['status']
  readonly words: string
  /** Share of the fresh decisions that it would change in which the legacy does what it says; null when it changes none. */
  readonly precision: number | null
  readonly changes: number
  /** Names that the benchmark cannot read. */
  readonly unreadable: readonly string[]
  /** Recorded decisions that it explains, as the product counted and as the benchmark does: far apart, one of them reads the rule wrongly. */
  readonly claimed: number
  readonly explained: number
}

export interface RuleScore {
  readonly planted: readonly PlantedFate[]
  readonly found: readonly FoundFate[]
}

const trueThreshold = 0.95

/** Where nothing but this rule is at work. */
const universeOf = (scenario: Scenario, rule: PlantedRule, cases: readonly Case[]): readonly Case[] =>
  cases.filter(
    ({ decided, candidate }) =>
      sameCells(candidate, decided.base) &&
      !scenario.options.rules.some((other) => other.id !== rule.id && ruleHolds(other, decided.facts, decided.unrecorded)),
  )

const plantedAnswer = (rule: PlantedRule, { decided }: Case): Answer =>
  ruleHolds(rule, decided.facts, decided.unrecorded) ? withEffect(rule.effect, decided.base, decided.facts, decided.granted) : decided.base

interface Overlap {
  readonly jaccard: number
  readonly purity: number
}

/** Two rules agree on a decision when both change it, and to the same. */
const overlap = (rule: PlantedRule, found: readonly ReadableRule[], universe: readonly Case[]): Overlap => {
  let both = 0
  let either = 0
  let byFound = 0
  for (const each of universe) {
    const wanted = plantedAnswer(rule, each)
    const got = found.reduce<Answer>((answer, one) => (answer === each.candidate ? one.overlay(each) : answer), each.candidate)
    const isTrue = !sameCells(wanted, each.candidate)
    const isFound = got !== each.candidate && !sameCells(got, each.candidate)
    if (isTrue || isFound) either += 1
    if (isFound) byFound += 1
    if (isTrue && isFound && sameCells(wanted, got)) both += 1
  }
  return { jaccard: either === 0 ? 0 : both / either, purity: byFound === 0 ? 0 : both / byFound }
}

const isExact = (rule: PlantedRule, found: ReadableRule, recorded: readonly Case[]): boolean =>
  recorded.every((each) => sameCells(plantedAnswer(rule, each), found.overlay(each)))

const fateOf = (
  scenario: Scenario,
  rule: PlantedRule,
  readable: readonly ReadableRule[],
  recorded: readonly Case[],
  fresh: readonly Case[],
): PlantedFate => {
  const universe = universeOf(scenario, rule, fresh)
  const own = universeOf(scenario, rule, recorded)
  const positives = own.filter((each) => each.decided.noise === null && !sameCells(plantedAnswer(rule, each), each.candidate)).length
  const judged = readable.map((found) => ({ found, ...overlap(rule, [found], universe) }))
  const pure = judged.filter(({ purity }) => purity >= trueThreshold)
  const alone = pure.filter(({ jaccard }) => jaccard >= trueThreshold).sort((a, b) => b.jaccard - a.jaccard)[0]
  const together =
    pure.length < 2
      ? (pure[0]?.jaccard ?? 0)
      : overlap(
          rule,
          pure.map(({ found }) => found),
          universe,
        ).jaccard
  return {
    id: rule.id,
    kind: rule.kind,
    inLanguage: rule.inLanguage,
    positives,
    recovered: together >= trueThreshold || alone !== undefined,
    jaccard: Math.max(together, alone?.jaccard ?? 0),
    sameLiterals: alone !== undefined && alone.found.literals === rule.conditions.length,
    exact: alone !== undefined && isExact(rule, alone.found, own),
    pieces: pure.length,
    conditions: rule.conditions.length,
    words: (alone === undefined ? pure : [alone]).map(({ found }) => found.words),
  }
}

const precisionOf = (found: ReadableRule, cases: readonly Case[]): { readonly precision: number | null; readonly changes: number } => {
  let changes = 0
  let right = 0
  for (const each of cases) {
    const answer = found.overlay(each)
    if (sameCells(answer, each.candidate)) continue
    changes += 1
    if (sameCells(answer, each.legacy)) right += 1
  }
  return { precision: changes === 0 ? null : right / changes, changes }
}

/**
 * What a found rule is worth on decisions that it has not seen: how often the legacy does what it says, where nothing else is at work. It may tell of a
 * planted rule, or of a mistake of the candidate: it is false only when it is right nowhere.
 */
const foundFate = (found: ReadableRule, universes: readonly (readonly Case[])[], recorded: readonly Case[]): FoundFate => {
  const { status, words, unreadable, claimed } = found
  const explained = recorded.filter((each) => {
    const answer = found.overlay(each)
    return !sameCells(answer, each.candidate) && sameCells(answer, each.decided.legacy)
  }).length
  const best = universes.map((cases) => precisionOf(found, cases)).sort((a, b) => (b.precision ?? -1) - (a.precision ?? -1))[0]
  return { status, words, precision: best?.precision ?? null, changes: best?.changes ?? 0, unreadable, claimed, explained }
}

/** Rules are the same when they change the same decisions to the same, on decisions that were made after the run. */
export const scoreRules = (scenario: Scenario, rules: readonly HiddenRule[]): RuleScore => {
  const shown = rules.filter(({ status }) => status !== 'lead').map((rule) => readRule(rule))
  const facts = shown.flatMap(({ counted }) => counted)
  const rounds = scenario.options.rules.length === 0 && shown.length === 0 ? 0 : scenario.options.decisions < 4_000 ? 3 : 1
  const fresh = casesOf(
    scenario,
    Array.from({ length: rounds }, (_, round) => withHistory(freshWorld(scenario, round).decided, facts)).flat(),
  )
  const recorded = casesOf(scenario, withHistory(scenario.world.decided, facts))
  const universes = [
    fresh,
    fresh.filter(({ decided }) => !scenario.options.rules.some((rule) => ruleHolds(rule, decided.facts, decided.unrecorded))),
    ...scenario.options.rules.map((rule) => universeOf(scenario, rule, fresh)),
  ]
  return {
    planted: scenario.options.rules.map((rule) => fateOf(scenario, rule, shown, recorded, fresh)),
    found: shown.map((found) => foundFate(found, universes, recorded)),
  }
}
