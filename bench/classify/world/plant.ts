import type { Draw } from '../draw.ts'
import { sameCells } from './cells.ts'
import { choiceKinds } from './choice-kinds.ts'
import type { Domain } from './domain.ts'
import type { Ground, GroundFact } from './ground.ts'
import { withExceptions } from './ground.ts'
import type { Draft, RuleKind } from './kinds.ts'
import { ruleKinds } from './kinds.ts'
import type { Condition, PlantedRule } from './planted-rule.ts'
import { conditionHolds, factsOf, ruleHolds, withEffect } from './planted-rule.ts'
import type { Decided } from './simulate.ts'

export interface PlantOptions {
  readonly from: Draw
  readonly domain: Domain
  readonly facts: readonly GroundFact[]
  readonly sample: readonly Decided[]
  readonly count: number
  /** `choices`: in which another alternative is chosen. */
  readonly kinds: 'dev' | 'held-out' | 'all' | 'choices'
  /** How many of the rules are beyond what a conjunction of recorded features can say. */
  readonly outside: number
  /** Rules only on what the candidate never looks at, so that nobody can take them for its mistakes; or only on what it does look at. */
  readonly on: 'any' | 'unread' | 'read'
  readonly shareFrom: number
  readonly shareTo: number
  /** Rules that go before. */
  readonly before?: readonly PlantedRule[]
}

const tries = 60

/** Draws rules until enough of them change as many decisions of the rehearsal as asked. */
export const plantRules = (options: PlantOptions): readonly PlantedRule[] => {
  const { from } = options
  const ground: Ground = {
    from,
    domain: options.domain,
    facts: options.on === 'read' ? options.facts.filter(({ read }) => read) : options.facts,
    sample: options.sample,
    unreadOnly: options.on === 'unread',
  }
  const planted: Planted[] = (options.before ?? []).map((rule) => ({ rule, changed: new Set(changedBy(rule, options.sample)) }))
  const draws = (kinds: readonly RuleKind[], count: number): void => {
    for (let left = count * tries, wanted = planted.length + count; left > 0 && planted.length < wanted; left -= 1) {
      const kind = from.pick(kinds)
      const draft = kind.draft(ground)
      const rule = draft === null ? null : finished(ground, kind, draft, `r${planted.length + 1}`)
      const found = rule === null ? null : plausible(options, rule, planted)
      if (found !== null) planted.push(found)
    }
  }
  draws(kindsOf(options), options.count - options.outside)
  draws(
    ruleKinds.filter((kind) => !kind.inLanguage),
    options.outside,
  )
  return planted.map(({ rule }) => rule)
}

const kindsOf = ({ kinds }: PlantOptions): readonly RuleKind[] =>
  kinds === 'choices'
    ? choiceKinds
    : ruleKinds.filter((kind) => kind.inLanguage && (kinds === 'all' || kind.heldOut === (kinds === 'held-out')))

/** An effect on a number must not touch refusals: what makes the legacy stop there is a condition like the others. */
const finished = (ground: Ground, kind: RuleKind, draft: Draft, id: string): PlantedRule => {
  const rule: PlantedRule = {
    id,
    kind: kind.kind,
    conditions: kind.inLanguage ? withExceptions(ground, draft.conditions) : draft.conditions,
    effect: draft.effect,
    inLanguage: kind.inLanguage,
  }
  const refused = String(ground.domain.refusal['outcome'])
  const touches = ground.sample.some(
    (each) =>
      each.base['outcome'] === refused &&
      ruleHolds(rule, each.facts, each.unrecorded) &&
      !sameCells(withEffect(rule.effect, each.base, each.facts, each.granted), each.base),
  )
  if (!touches || draft.effect.do === 'grant' || draft.effect.do === 'answer') return rule
  const outcomes = [...new Set(ground.sample.map(({ base }) => String(base['outcome'])))].filter((outcome) => outcome !== refused).sort()
  return { ...rule, conditions: [...rule.conditions, { is: 'in', feature: { fn: 'cell', of: 'answer.outcome' }, values: outcomes }] }
}

/** Decisions of the sample that the rule changes. */
export const changedBy = (rule: PlantedRule, sample: readonly Decided[]): readonly Decided[] =>
  sample.filter(
    (each) =>
      ruleHolds(rule, each.facts, each.unrecorded) && !sameCells(withEffect(rule.effect, each.base, each.facts, each.granted), each.base),
  )

interface Planted {
  readonly rule: PlantedRule
  readonly changed: ReadonlySet<Decided>
}

/** Null where the rule would change too little, too much, or what others change already. */
const plausible = (options: PlantOptions, rule: PlantedRule, others: readonly Planted[]): Planted | null => {
  if (options.on !== 'any' && looksElsewhere(rule, options.facts, options.domain) !== (options.on === 'unread')) return null
  const changed = new Set(changedBy(rule, options.sample))
  const share = changed.size / options.sample.length
  if (share < options.shareFrom || share > options.shareTo) return null
  if (new Set(rule.conditions.map((each) => JSON.stringify(each))).size < rule.conditions.length) return null
  // A rule that another one hides nearly whole could not be seen by anybody.
  if (others.some((other) => changed.intersection(other.changed).size > Math.min(changed.size, other.changed.size) * 0.4)) return null
  return isConstant(rule, options.sample) ? null : { rule, changed }
}

/** A condition that always, or nearly always, holds where the others do says nothing. */
const isConstant = (rule: PlantedRule, sample: readonly Decided[]): boolean =>
  rule.conditions.some((condition: Condition) => {
    const others = rule.conditions.filter((other) => other !== condition)
    const alike = sample.filter((each) => others.every((other) => conditionHolds(other, each.facts, each.unrecorded)))
    const held = alike.filter((each) => conditionHolds(condition, each.facts, each.unrecorded))
    return condition.is === 'unrecorded' ? false : alike.length - held.length < Math.max(5, alike.length * 0.02)
  })

/** True when a rule looks at something that the candidate never reads, or at the calendar. */
export const looksElsewhere = (rule: PlantedRule, facts: readonly GroundFact[], domain: Domain): boolean => {
  const unread = new Set(['history', ...(domain.readsClock ? [] : ['clock']), ...facts.filter(({ read }) => !read).map(({ name }) => name)])
  const named = [...rule.conditions.flatMap(factsOf), ...('fact' in rule.effect ? [rule.effect.fact] : [])]
  return named.some((name) => unread.has(name))
}
