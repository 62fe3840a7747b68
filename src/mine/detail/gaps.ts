import type { Literal, RuleGap } from '../../model/hidden-rule.ts'
import { toldRows } from '../counting.ts'
import { mergedRows } from '../near.ts'
import type { NearRows } from '../near.ts'
import type { Draft } from '../search/draft.ts'
import type { Archive } from '../search/sample.ts'

/** For each constant of the rule, how far the decisions at risk let it go: what was seen on either side of it. */
export const gapsOf = ({ predicate, fits }: Draft, { features }: Archive, near: NearRows): readonly RuleGap[] =>
  predicate.flatMap((literal, i) => {
    const borders = bordersOf(literal)
    const column = features.byName.get(literal.feature)
    if (borders.length === 0 || column?.kind !== 'number') return []
    const atRisk = toldRows(fits, mergedRows(near.inside, near.but[i] ?? new Int32Array(0)))
    const values = features.numbersAt(column, atRisk)
    return borders.flatMap(({ border, printed }) => gapAt(literal.feature, border, printed, values) ?? [])
  })

interface Border {
  readonly border: RuleGap['border']
  readonly printed: number
}

/** The constants of a condition; of one that wraps around, both ends. */
export const bordersOf = (literal: Literal): readonly Border[] => {
  switch (literal.kind) {
    case 'at-least':
      return [{ border: 'lower', printed: literal.value }]
    case 'at-most':
      return [{ border: 'upper', printed: literal.value }]
    case 'between':
    case 'around':
      return [
        { border: 'lower', printed: literal.from },
        { border: 'upper', printed: literal.to },
      ]
    default:
      return []
  }
}

const gapAt = (feature: string, border: RuleGap['border'], printed: number, values: Float64Array): RuleGap | null => {
  const sign = border === 'lower' ? 1 : -1
  let [inside, outside] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let i = 0; i < values.length; i++) {
    const value = (values[i] ?? Number.NaN) * sign
    if (value >= printed * sign) inside = Math.min(inside, value)
    else if (value < printed * sign) outside = Math.max(outside, value)
  }
  if (!Number.isFinite(inside)) return null
  return { feature, border, printed, inside: inside * sign, outside: Number.isFinite(outside) ? outside * sign : null }
}
