import type { EquivalentRule, HiddenRule, Literal, RuleGap, RuleQuestion } from '../../model/hidden-rule.ts'
import type { DecisionId } from '../../model/ids.ts'
import type { Data } from '../../model/value.ts'
import { literalWords } from '../words.ts'
import type { CaseTable } from '../table/case-table.ts'
import { bordersOf } from './gaps.ts'
import { factValues } from './fact-value.ts'

interface Asked {
  readonly rule: Pick<HiddenRule, 'predicate' | 'words'>
  readonly equivalents: readonly EquivalentRule[]
  readonly gaps: readonly RuleGap[]
  /** A decision that the rule foretells. */
  readonly row: number
  readonly table: CaseTable
}

const maxFacts = 24

/** What would tell the rule from its equivalents, else where within its gap a constant lies: a decision that was never recorded. */
export const questionOf = ({ rule, equivalents, gaps, row, table }: Asked): RuleQuestion | null => {
  const shown = table.facts
    .map((fact) => fact.name)
    .filter((name) => name.startsWith('trigger') || rule.predicate.some((one) => one.feature === name))
  const input = factValues(table, shown.slice(0, maxFacts), row)
  const from = table.ids[row] as DecisionId
  for (const { predicate } of equivalents) {
    const [own, other] = [onlyIn(rule.predicate, predicate), onlyIn(predicate, rule.predicate)]
    for (const [violated, kept] of [
      [own, other],
      [other, own],
    ] as const) {
      const value = violated === undefined ? undefined : violating(violated, table)
      if (violated === undefined || kept === undefined || value === undefined) continue
      const words = `Take this decision, but with ${violated.feature} ${String(value)}, while ${literalWords(kept)}: does the legacy still do so? ${rule.words}`
      return { words, input: { ...input, [violated.feature]: value }, from }
    }
  }
  const wide = gaps.map((gap) => ({ gap, value: within(gap) })).find(({ gap, value }) => value !== null && isFact(gap.feature, table))
  if (wide === undefined || wide.value === null) return null
  const words = `No decision was recorded with ${wide.gap.feature} between ${wide.gap.outside} and ${wide.gap.inside}. What does the legacy do at ${wide.value}? ${rule.words}`
  return { words, input: { ...input, [wide.gap.feature]: wide.value }, from }
}

const onlyIn = (a: readonly Literal[], b: readonly Literal[]): Literal | undefined =>
  a.find((x) => !b.some((y) => JSON.stringify(x) === JSON.stringify(y)))

const isFact = (name: string, table: CaseTable): boolean => table.facts.some((fact) => fact.name === name && fact.kind !== 'instant')

/** A value just outside the condition; only plain facts can be set. */
const violating = (literal: Literal, table: CaseTable): Data | undefined => {
  if (!isFact(literal.feature, table)) return undefined
  const [border] = bordersOf(literal)
  if (border !== undefined) {
    const step = Number.isInteger(border.printed) ? 1 : 0.01
    return border.border === 'lower' ? border.printed - step : border.printed + step
  }
  const fact = table.facts.find((one) => one.name === literal.feature)
  if (literal.kind !== 'in' || fact?.kind !== 'text') return undefined
  return fact.labels.find((label) => !literal.values.includes(typeof label === 'string' ? label.trim() : label))
}

/** A value strictly between what was seen on either side of the printed constant; null where there is none. */
const within = ({ inside, outside, printed }: RuleGap): number | null => {
  if (outside === null) return null
  const whole = Number.isInteger(inside) && Number.isInteger(outside)
  if (Math.abs(inside - outside) <= (whole ? 1 : 0.02)) return null
  return printed === inside ? (whole ? inside - Math.sign(inside - outside) : (inside + outside) / 2) : printed
}
