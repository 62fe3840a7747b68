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
import type { World } from '../world/simulate.ts'

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
  /** The same of the one shown rule that is most like it, however often that one is wrong. */
  readonly nearest: number
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

/** Decisions, and what planted and found rules make of each: everything is asked once. */
interface Judged {
  readonly cases: readonly Case[]
  /** By planted rule: whether it holds. */
  readonly holds: readonly Uint8Array[]
  /** The candidate's answer is the documented one. */
  readonly isBase: Uint8Array
  /** By found rule: the answer that it makes of the candidate's, the same object where it changes nothing. */
  readonly found: readonly (readonly Answer[])[]
}

const flags = (cases: readonly Case[], of: (each: Case) => boolean): Uint8Array => Uint8Array.from(cases, (each) => (of(each) ? 1 : 0))

const judgedBy = ({ options }: Scenario, found: readonly ReadableRule[], cases: readonly Case[]): Judged => ({
  cases,
  holds: options.rules.map((rule) => flags(cases, ({ decided }) => ruleHolds(rule, decided.facts, decided.unrecorded))),
  isBase: flags(cases, ({ decided, candidate }) => sameCells(candidate, decided.base)),
  found: found.map((rule) => cases.map((each) => rule.overlay(each))),
})

/** Places of the decisions where no planted rule but this one is at work; null: none at all. */
const withoutOthers = ({ cases, holds }: Judged, own: number | null): readonly number[] =>
  [...cases.keys()].filter((at) => holds.every((held, rule) => rule === own || held[at] === 0))

/** Where nothing but this rule is at work. */
const universeOf = (judged: Judged, rule: number): readonly number[] => withoutOthers(judged, rule).filter((at) => judged.isBase[at] === 1)

const plantedAnswer = (rule: PlantedRule, holds: boolean, { decided }: Case): Answer =>
  holds ? withEffect(rule.effect, decided.base, decided.facts, decided.granted) : decided.base

/** One planted rule on the decisions where nothing else is at work. */
interface Planted {
  readonly judged: Judged
  readonly places: readonly number[]
  /** By place. */
  readonly wanted: readonly Answer[]
}

const plantedOn = (rule: PlantedRule, at: number, judged: Judged): Planted => {
  const places = universeOf(judged, at)
  return {
    judged,
    places,
    wanted: places.map((place) => plantedAnswer(rule, judged.holds[at]?.[place] === 1, judged.cases[place] as Case)),
  }
}

interface Overlap {
  readonly jaccard: number
  readonly purity: number
}

/** Two rules agree on a decision when both change it, and to the same. Of several found ones the first that changes it counts. */
const overlap = ({ judged, places, wanted }: Planted, found: readonly number[]): Overlap => {
  let both = 0
  let either = 0
  let byFound = 0
  for (const [at, place] of places.entries()) {
    const { candidate } = judged.cases[place] as Case
    const should = wanted[at] as Answer
    const by = found.find((one) => judged.found[one]?.[place] !== candidate)
    const got = by === undefined ? candidate : (judged.found[by]?.[place] as Answer)
    const isTrue = !sameCells(should, candidate)
    const isFound = by !== undefined && !sameCells(got, candidate)
    if (isTrue || isFound) either += 1
    if (isFound) byFound += 1
    if (isTrue && isFound && sameCells(should, got)) both += 1
  }
  return { jaccard: either === 0 ? 0 : both / either, purity: byFound === 0 ? 0 : both / byFound }
}

const isExact = ({ judged, places, wanted }: Planted, found: number): boolean =>
  places.every((place, at) => sameCells(wanted[at] as Answer, judged.found[found]?.[place] as Answer))

interface Both {
  readonly recorded: Judged
  readonly fresh: Judged
}

const fateOf = (rule: PlantedRule, at: number, readable: readonly ReadableRule[], { recorded, fresh }: Both): PlantedFate => {
  const own = plantedOn(rule, at, recorded)
  const later = plantedOn(rule, at, fresh)
  const positives = own.places.filter((place, i) => {
    const { decided, candidate } = recorded.cases[place] as Case
    return decided.noise === null && !sameCells(own.wanted[i] as Answer, candidate)
  }).length
  const each = readable.map((rule, found) => ({ rule, found, ...overlap(later, [found]) }))
  const pure = each.filter(({ purity }) => purity >= trueThreshold)
  const alone = pure.filter(({ jaccard }) => jaccard >= trueThreshold).sort((a, b) => b.jaccard - a.jaccard)[0]
  const pieces = pure.map(({ found }) => found)
  const together = pieces.length < 2 ? (pure[0]?.jaccard ?? 0) : overlap(later, pieces).jaccard
  return {
    id: rule.id,
    kind: rule.kind,
    inLanguage: rule.inLanguage,
    positives,
    recovered: together >= trueThreshold || alone !== undefined,
    jaccard: Math.max(together, alone?.jaccard ?? 0),
    nearest: Math.max(0, ...each.map(({ jaccard }) => jaccard)),
    sameLiterals: alone !== undefined && alone.rule.literals === rule.conditions.length,
    exact: alone !== undefined && isExact(own, alone.found),
    pieces: pure.length,
    conditions: rule.conditions.length,
    words: (alone === undefined ? pure : [alone]).map((one) => one.rule.words),
  }
}

interface Precision {
  readonly precision: number | null
  readonly changes: number
}

const precisionOf = ({ cases, found }: Judged, by: number, places: readonly number[]): Precision => {
  let changes = 0
  let right = 0
  for (const place of places) {
    const { candidate, legacy } = cases[place] as Case
    const answer = found[by]?.[place] as Answer
    if (answer === candidate || sameCells(answer, candidate)) continue
    changes += 1
    if (sameCells(answer, legacy)) right += 1
  }
  return { precision: changes === 0 ? null : right / changes, changes }
}

/**
 * What a found rule is worth on decisions that it has not seen: how often the legacy does what it says, where nothing else is at work. It may tell of a
 * planted rule, or of a mistake of the candidate: it is false only when it is right nowhere.
 */
const foundFate = (rule: ReadableRule, by: number, universes: readonly (readonly number[])[], { recorded, fresh }: Both): FoundFate => {
  const { status, words, unreadable, claimed } = rule
  const explained = recorded.cases.filter(({ candidate, decided }, place) => {
    const answer = recorded.found[by]?.[place] as Answer
    return !sameCells(answer, candidate) && sameCells(answer, decided.legacy)
  }).length
  const best = universes.map((places) => precisionOf(fresh, by, places)).sort((a, b) => (b.precision ?? -1) - (a.precision ?? -1))[0]
  return { status, words, precision: best?.precision ?? null, changes: best?.changes ?? 0, unreadable, claimed, explained }
}

const freshWorlds = new WeakMap<Scenario, readonly World[]>()

/** Decisions that were made after the run; made once. */
const freshOf = (scenario: Scenario): readonly World[] => {
  const known = freshWorlds.get(scenario)
  if (known !== undefined) return known
  const rounds = scenario.options.decisions < 4_000 ? 3 : 1
  const worlds = Array.from({ length: rounds }, (_, round) => freshWorld(scenario, round))
  freshWorlds.set(scenario, worlds)
  return worlds
}

/** Rules are the same when they change the same decisions to the same, on decisions that were made after the run. */
export const scoreRules = (scenario: Scenario, rules: readonly HiddenRule[]): RuleScore => {
  const { options, world } = scenario
  const shown = rules.filter(({ status }) => status !== 'lead').map((rule) => readRule(rule))
  if (options.rules.length === 0 && shown.length === 0) return { planted: [], found: [] }
  const facts = shown.flatMap(({ counted }) => counted)
  const later = freshOf(scenario).flatMap(({ decided }) => withHistory(decided, facts))
  const both: Both = {
    recorded: judgedBy(scenario, shown, casesOf(scenario, withHistory(world.decided, facts))),
    fresh: judgedBy(scenario, shown, casesOf(scenario, later)),
  }
  const universes = [[...later.keys()], withoutOthers(both.fresh, null), ...options.rules.map((_, at) => universeOf(both.fresh, at))]
  return {
    planted: options.rules.map((rule, at) => fateOf(rule, at, shown, both)),
    found: shown.map((rule, by) => foundFate(rule, by, universes, both)),
  }
}
