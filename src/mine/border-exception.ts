import type { Literal } from '../model/hidden-rule.ts'
import type { NumberColumn } from './features/feature.ts'
import { fit } from './fit.ts'
import type { Sharpening } from './sharpen.ts'

/** What a condition that is added takes away. */
export interface Exception {
  readonly literal: Literal
  /** Positives that it costs. */
  readonly lost: number
  /** Counter-examples that it clears up, and decisions in which the legacy did a third thing. */
  readonly cleared: number
  readonly others: number
}

const mostLost = 3
const mostDescents = 0.02

/** Borders of a number beyond which a rule's positives hardly lie: the last one, or the last but a few, on either side. */
export const borderExceptions = (column: NumberColumn, rows: Int32Array, { features, fits }: Sharpening): readonly Exception[] => {
  const values = features.numbersAt(column, rows)
  const sides: Record<number, number[]> = { [fit.fits]: [], [fit.breaks]: [] }
  for (let i = 0; i < rows.length; i++) sides[fits[rows[i] ?? 0] ?? fit.notAtRisk]?.push(values[i] ?? Number.NaN)
  const positives = (sides[fit.fits] ?? []).filter((value) => !Number.isNaN(value)).sort((a, b) => a - b)
  // Rows without a value are beyond every border.
  const beyond = (side: number, isInside: (value: number) => boolean): number =>
    (sides[side] ?? []).filter((value) => !isInside(value)).length
  const exception = (literal: Literal, isInside: (value: number) => boolean): Exception => ({
    literal,
    lost: beyond(fit.fits, isInside),
    cleared: beyond(fit.breaks, isInside),
    // What the legacy did as a third thing lies on both sides of a border, and speaks for none.
    others: 0,
  })
  const feature = column.name
  return Array.from({ length: Math.min(mostLost + 1, positives.length) }, (_, lost) => {
    const [low, high] = [positives[lost] ?? 0, positives[positives.length - 1 - lost] ?? 0]
    return [
      exception({ kind: 'at-most', feature, value: high }, (value) => value <= high),
      exception({ kind: 'at-least', feature, value: low }, (value) => value >= low),
    ]
  }).flat()
}

/** Whether it says when (a date, a week, a counted number): decisions are in the order of their time. */
export const runsWithTime = (values: Float64Array): boolean => {
  let descents = 0
  for (let i = 1; i < values.length; i++) if ((values[i] ?? 0) < (values[i - 1] ?? 0)) descents += 1
  return descents <= mostDescents * values.length
}
