import type { RuleEffect } from '../../model/hidden-rule.ts'
import type { AnswerTable } from '../table/answers.ts'
import { unknownAnswer } from '../table/otherwise.ts'

/** One whole answer, what stating it costs, and how often the legacy gave it. */
interface OtherwiseEffect {
  readonly effect: RuleEffect
  readonly bits: number
  readonly votes: number
}

/** What naming an input and what becomes of it costs. */
const changeBits = 8

/** Whole answers that the candidate gives when inputs are changed, with the number of these rows in which the legacy gives just that. */
export const otherwiseEffects = ({ paths }: AnswerTable, rows: readonly number[]): readonly OtherwiseEffect[] => {
  const [first] = paths
  return [...(first?.otherwise ?? [])].map(([key, { changes }]): OtherwiseEffect => {
    const places = paths.map((path) => ({ path, codes: path.otherwise?.get(key)?.codes ?? new Int32Array(0) }))
    const fitting = rows.filter((row) => places.every(({ path, codes }) => codes[row] !== unknownAnswer && codes[row] === path.legacy[row]))
    // A place that the changes never touch is none of the effect's.
    const touched = places.filter(({ path, codes }) => fitting.some((row) => codes[row] !== path.candidate[row]))
    const effect: RuleEffect = touched.map(({ path }) => ({ kind: 'as-if', path: path.path, changes }))
    return { effect, bits: changeBits * changes.length, votes: effect.length === 0 ? 0 : fitting.length }
  })
}
