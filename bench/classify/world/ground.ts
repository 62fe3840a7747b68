import type { Draw } from '../draw.ts'
import type { Cell } from './cells.ts'
import { numberOf } from './cells.ts'
import type { Column, Domain, Role } from './domain.ts'
import type { Feature } from './feature.ts'
import { featureValue } from './feature.ts'
import type { Condition, Effect } from './planted-rule.ts'
import type { Decided } from './simulate.ts'

/** A fact that rules can be drawn on. */
export interface Ground {
  readonly from: Draw
  readonly domain: Domain
  readonly facts: readonly GroundFact[]
  /** A rehearsal of the period without any rule. */
  readonly sample: readonly Decided[]
  /** Draws only on facts that the candidate never looks at. */
  readonly unreadOnly: boolean
}

export interface GroundFact {
  readonly name: string
  readonly role: Role
  readonly read: boolean
}

const factOf = (prefix: string, { name, role, read }: Column): GroundFact => ({ name: `${prefix}.${name}`, role, read })

/** Columns of the request and of the rows that it leads to. */
export const factsOfDomain = (domain: Domain, columns: readonly Column[]): readonly GroundFact[] => [
  ...columns.map((column) => factOf('trigger', column)),
  ...domain.references.flatMap((each) => each.columns.map((column) => factOf(`row.${each.table}`, column))),
]

export const cell = (of: string): Feature => ({ fn: 'cell', of })

/** A fact of one of these roles; null when the domain has none. */
export const someFact = (ground: Ground, roles: readonly Role[], where: (fact: GroundFact) => boolean = () => true): GroundFact | null => {
  const found = ground.facts.filter((fact) => roles.includes(fact.role) && (!ground.unreadOnly || !fact.read) && where(fact))
  return found.length === 0 ? null : ground.from.pick(found)
}

const derived = (ground: Ground, feature: Feature): readonly (Cell | boolean)[] =>
  ground.sample.map(({ facts }) => featureValue(feature, facts)).filter((value) => value !== null)

/** As people write limits: one or two digits and zeros. */
export const businessRound = (value: number): number => {
  if (Math.abs(value) < 20) return Math.round(value)
  const step = 10 ** Math.floor(Math.log10(Math.abs(value))) / (Math.abs(value) < 100 ? 2 : 4)
  return Math.round(value / step) * step
}

/** The value below which a share of the sample lies, rounded; null where the feature has fewer than five values. */
export const quantile = (ground: Ground, feature: Feature, share: number): number | null => {
  const values = derived(ground, feature)
    .map((value) => (typeof value === 'boolean' ? null : numberOf(value)))
    .filter((value): value is number => value !== null && Number.isFinite(value))
    .sort((a, b) => a - b)
  if (new Set(values).size < 5) return null
  return businessRound(values[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0)
}

export const atLeast = (ground: Ground, feature: Feature, topShare: number): Condition | null => {
  const value = quantile(ground, feature, 1 - topShare)
  return value === null ? null : { is: 'at-least', feature, value }
}

export const below = (ground: Ground, feature: Feature, bottomShare: number): Condition | null => {
  const value = quantile(ground, feature, bottomShare)
  return value === null ? null : { is: 'at-most', feature, value }
}

/** One value of a feature that this share of the decisions has, or a little more or less. */
export const isValue = (ground: Ground, feature: Feature, low: number, high: number): Condition | null => {
  const counts = new Map<string | number | boolean, number>()
  const values = derived(ground, feature)
  for (const value of values) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1)
  const fitting = [...counts].filter(([, count]) => count / ground.sample.length >= low && count / ground.sample.length <= high)
  if (fitting.length === 0) return null
  return { is: 'in', feature, values: [ground.from.pick(fitting)[0]] }
}

/** Several values that together have this share of the decisions. */
export const someValues = (ground: Ground, feature: Feature, share: number, most: number): Condition | null => {
  const counts = new Map<string | number | boolean, number>()
  for (const value of derived(ground, feature)) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1)
  if (counts.size < 5) return null
  const wanted = share * ground.sample.length
  const values: (string | number | boolean)[] = []
  let sum = 0
  for (const [value, count] of ground.from.sample([...counts], counts.size)) {
    if (values.length >= most || sum >= wanted) break
    if (count > wanted - sum + 3 || count < 3) continue
    values.push(value)
    sum += count
  }
  return values.length < 2 ? null : { is: 'in', feature, values: values.sort() }
}

/** A category, or two values of one, with a middling share. */
export const someCategory = (ground: Ground, low = 0.08, high = 0.5): Condition | null => {
  const fact = someFact(ground, ['category'])
  return fact === null ? null : isValue(ground, cell(fact.name), low, high)
}

export const refuse = (ground: Ground): Effect => ({ do: 'answer', answer: ground.domain.refusal })

const middleOf = (ground: Ground, field: string, share: number): number => quantile(ground, cell(`answer.${field}`), share) ?? 1

/** What legacy systems do to a number. */
export const priceEffect = (ground: Ground): Effect => {
  const field = ground.domain.roles.price
  const typical = middleOf(ground, field, 0.5)
  const effects: readonly (() => Effect)[] = [
    () => ({ do: 'add', field, value: Math.max(1, businessRound(typical * ground.from.pick([0.05, 0.1, 0.2]))) }),
    () => ({ do: 'min', field, value: middleOf(ground, field, 0.45) }),
    () => ({ do: 'max', field, value: middleOf(ground, field, 0.65) }),
    () => ({ do: 'set', field, value: middleOf(ground, field, 0.3) }),
    () => ({ do: 'scale', field, factor: 2 }),
  ]
  return ground.from.pick(effects)()
}

/** Caps what is granted below what most ask for. */
export const capEffect = (ground: Ground): Effect => {
  const field = ground.domain.roles.granted
  return { do: 'min', field, value: middleOf(ground, field, ground.from.pick([0.2, 0.35])) }
}

export const anyEffect = (ground: Ground): Effect => ground.from.pick([refuse, priceEffect, capEffect, refuse])(ground)

/** About a third of the period. */
export const someWeeks = (ground: Ground): Condition | null => {
  const days = [...new Set(ground.sample.map(({ clockMs }) => Math.floor(clockMs / 86_400_000)))].sort((a, b) => a - b)
  const first = days[Math.floor(days.length * (0.15 + ground.from.next() * 0.3))]
  return days.length < 12 || first === undefined
    ? null
    : { is: 'between', feature: { fn: 'day', zone: 'UTC' }, from: first, to: first + Math.floor(days.length * 0.35) }
}

/** One value of a category that a rule does not hold for. */
const someException = (ground: Ground): Condition | null => {
  const kept = someCategory(ground, 0.05, 0.3)
  return kept?.is === 'in' ? { ...kept, is: 'not-in' } : null
}

/** Rules have exceptions, and times in which they held: some of the drawn ones get either. */
export const withExceptions = (ground: Ground, conditions: readonly Condition[]): readonly Condition[] => {
  const at = ground.from.next()
  const more = at < 0.12 ? someException(ground) : at < 0.2 ? someWeeks(ground) : null
  return more === null ? conditions : [...conditions, more]
}
