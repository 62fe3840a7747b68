import type { EquivalentRule, Literal } from '../../model/hidden-rule.ts'
import type { CategoryColumn, Column, NumberColumn } from '../features/feature.ts'
import { toldRows } from '../counting.ts'
import type { NearRows } from '../near.ts'
import { roundest } from '../roundest.ts'
import type { Draft } from '../search/draft.ts'
import type { Archive, Sample } from '../search/sample.ts'
import { ruleWords } from '../words.ts'

const maxEquivalents = 3
const maxValues = 6
/** Beyond so many rows what needs a pass over all of them is left out. */
const mostCounted = 100_000
const least = 6

/** Other conditions that divide the decisions at risk exactly as one of the rule's does: what was recorded cannot tell which is meant. */
export const equivalentsOf = (draft: Draft, archive: Archive, sample: Sample, near: NearRows): readonly EquivalentRule[] => {
  const told = (rows: Int32Array): Int32Array => toldRows(draft.fits, rows)
  const inside = told(near.inside)
  return draft.predicate
    .flatMap((literal, i) =>
      replacements(literal, { inside, outside: told(near.but[i] ?? inside) }, archive, sample).map((other) => {
        const predicate = draft.predicate.map((one) => (one === literal ? other : one))
        return { predicate, words: ruleWords(predicate, draft.effect, draft.unless) }
      }),
    )
    .slice(0, maxEquivalents)
}

interface Sides {
  readonly inside: Int32Array
  readonly outside: Int32Array
}

const replacements = (literal: Literal, sides: Sides, archive: Archive, sample: Sample): readonly Literal[] => {
  const facts = archive.features.byName.get(literal.feature)?.facts ?? []
  if (sides.inside.length < least || sides.outside.length === 0) return []
  const rough = thinned(sides)
  const found: Literal[] = []
  for (const column of sample.features.columns) {
    if (column.name === literal.feature || found.length >= maxEquivalents) continue
    // What is made of the same fact says mostly the same in other words.
    if (column.facts.every((fact) => facts.includes(fact))) continue
    const known = archive.features.byName.get(column.name)
    const isDear = archive.split.all.length > mostCounted && archive.features.featureOf(column.name)?.dear === true
    if (known === undefined || isDear || dividing(known, rough, archive) === null) continue
    const exact = dividing(known, sides, archive)
    if (exact !== null) found.push(exact)
  }
  return found
}

/** A share of either side: most columns fail on it already. */
const thinned = ({ inside, outside }: Sides): Sides => {
  const some = (rows: Int32Array): Int32Array => {
    const stride = Math.max(1, Math.floor(rows.length / 200))
    return Int32Array.from({ length: Math.ceil(rows.length / stride) }, (_, i) => rows[i * stride] ?? 0)
  }
  return { inside: some(inside), outside: some(outside) }
}

const dividing = (column: Column, sides: Sides, archive: Archive): Literal | null =>
  column.kind === 'number' ? numberDividing(column, sides, archive) : categoryDividing(column, sides, archive)

const rangeOf = (values: Float64Array): readonly [number, number, boolean] => {
  let [low, high, whole] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, true]
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN
    // Without a value no border can hold.
    if (Number.isNaN(value)) return [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, false]
    low = Math.min(low, value)
    high = Math.max(high, value)
    whole &&= Number.isInteger(value)
  }
  return [low, high, whole]
}

const numberDividing = (column: NumberColumn, { inside, outside }: Sides, { features }: Archive): Literal | null => {
  const [low, high, whole] = rangeOf(features.numbersAt(column, inside))
  const given = features.numbersAt(column, outside).filter((value) => !Number.isNaN(value))
  const [below, above, allWhole] = rangeOf(given)
  if (!Number.isFinite(low) || given.length === 0) return null
  const feature = column.name
  const hair = (gap: number): number => (whole && allWhole ? 1 : Math.min(0.01, gap / 2))
  if (low > above) return { kind: 'at-least', feature, value: roundest(above + hair(low - above), low, low, whole && allWhole) }
  if (high < below) return { kind: 'at-most', feature, value: roundest(high, below - hair(below - high), high, whole && allWhole) }
  return null
}

const categoryDividing = (column: CategoryColumn, { inside, outside }: Sides, { features }: Archive): Literal | null => {
  const codes = new Set(features.codesAt(column, inside))
  if (codes.has(0) || codes.size > maxValues) return null
  for (const code of features.codesAt(column, outside)) if (codes.has(code)) return null
  return { kind: 'in', feature: column.name, values: [...codes].sort((a, b) => a - b).map((code) => column.labels[code - 1] ?? '') }
}
