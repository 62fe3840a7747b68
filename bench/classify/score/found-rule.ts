import type { EffectStep, HiddenRule, Literal } from '../../../src/model/hidden-rule.ts'
import type { Answer, Cell, Cells } from '../world/cells.ts'
import { numberOf } from '../world/cells.ts'
import type { Case } from './case.ts'
import { withFoundEffect } from './found-effect.ts'
import { readFeature } from './found-feature.ts'

/** A found rule that can be applied to any decision, from its data alone. */
export interface ReadableRule {
  readonly status: HiddenRule['status']
  readonly words: string
  /** Two ends of one feature count once. */
  readonly literals: number
  /** The same object where it changes nothing. */
  readonly overlay: (each: Case) => Answer
  /** Facts of which it counts earlier decisions. */
  readonly counted: readonly string[]
  readonly unreadable: readonly string[]
  /** Decisions that the product says it explains. */
  readonly claimed: number
}

const plain = (value: string | number | boolean): string | number | boolean => (typeof value === 'string' ? value.trimEnd() : value)

const isOneOf = (values: readonly (string | number | boolean)[], value: Cell | boolean): boolean => {
  if (value === null) return false
  const number = typeof value === 'boolean' ? null : numberOf(value)
  return values.some((each) => plain(each) === plain(value) || (typeof each === 'number' && each === number))
}

const literalHolds = (literal: Literal, value: Cell | boolean): boolean => {
  switch (literal.kind) {
    case 'is-null':
      return value === null
    case 'is-given':
      return value !== null
    case 'in':
      return isOneOf(literal.values, value)
    case 'not-in':
      return !isOneOf(literal.values, value)
    case 'at-least':
    case 'at-most':
    case 'between':
    case 'around': {
      const number = value === null || typeof value === 'boolean' ? null : numberOf(value)
      return number !== null && numberHolds(literal, number)
    }
    default:
      return literal satisfies never
  }
}

const numberHolds = (
  literal: Extract<Literal, { readonly kind: 'at-least' | 'at-most' | 'between' | 'around' }>,
  value: number,
): boolean => {
  switch (literal.kind) {
    case 'at-least':
      return value >= literal.value
    case 'at-most':
      return value <= literal.value
    case 'between':
      return value >= literal.from && value <= literal.to
    case 'around':
      return value >= literal.from || value <= literal.to
    default:
      return literal satisfies never
  }
}

const literalCount = (predicate: readonly Literal[]): number =>
  new Set(
    predicate.map((literal, at) =>
      literal.kind === 'at-least' || literal.kind === 'at-most' ? literal.feature : `${literal.feature}#${at}`,
    ),
  ).size

interface Read {
  readonly literal: Literal
  readonly feature: ReturnType<typeof readFeature>
}

const allHold = (conditions: readonly Read[], each: Case): boolean =>
  conditions.every(({ literal, feature }) => feature !== null && literalHolds(literal, feature.value(each)))

const featuresOf = (step: EffectStep): readonly string[] => {
  if (step.kind === 'choose') return step.choice.among.flatMap((condition) => ('feature' in condition ? [condition.feature] : []))
  return 'feature' in step && step.feature !== null ? [step.feature] : []
}

/** Nothing is known of other lists than what was read of the group. */
const alternativesOf = (list: string, { decided }: Case): readonly Cells[] => (list.startsWith('read.') ? decided.facts.alternatives : [])

/** One with a name that the benchmark does not understand changes nothing, and so is not found; the name is told. */
export const readRule = (rule: HiddenRule): ReadableRule => {
  const read = (literals: readonly Literal[]): readonly Read[] =>
    literals.map((literal) => ({ literal, feature: readFeature(literal.feature) }))
  const conditions = read(rule.predicate)
  const before = (rule.unless ?? []).map((literals) => read(literals))
  const all = [...conditions, ...before.flat()]
  const named = rule.effect.flatMap(featuresOf)
  const unreadable = [
    ...all.filter(({ feature }) => feature === null).map(({ literal }) => literal.feature),
    ...named.filter((name) => readFeature(name) === null),
  ]
  const holds = (each: Case): boolean => allHold(conditions, each) && !before.some((one) => allHold(one, each))
  const value = (each: Case, name: string): Cell => {
    const found = readFeature(name)?.value(each) ?? null
    return typeof found === 'boolean' ? String(found) : found
  }
  return {
    status: rule.status,
    words: rule.words,
    literals: literalCount(rule.predicate),
    overlay: (each) =>
      unreadable.length === 0 && holds(each)
        ? withFoundEffect(rule.effect, each.candidate, {
            feature: (name) => value(each, name),
            alternatives: (list) => alternativesOf(list, each),
            otherwise: each.otherwise,
          })
        : each.candidate,
    counted: all.flatMap(({ feature }) => (feature?.counts == null ? [] : [feature.counts])),
    unreadable,
    claimed: rule.train.fits + rule.holdout.fits,
  }
}
