import type { Literal, RuleEffect } from '../model/hidden-rule.ts'
import { binomialTail } from '../model/statistics.ts'
import type { FeatureTable } from './features/view.ts'
import { rowsWhere } from './predicate.ts'
import type { Split } from './split.ts'
import type { AnswerPath, AnswerTable } from './table/answers.ts'

interface AsideInput {
  readonly predicate: readonly Literal[]
  readonly effect: RuleEffect
  readonly answers: AnswerTable
  readonly features: FeatureTable
  readonly split: Split
}

/** What the decisions say in which the candidate's own answer is proved wrong. */
export interface AsideTrial {
  readonly speaksFor: boolean
  /** The chance of so many by luck. */
  readonly luck: number
}

const least = { fits: 10, share: 0.85 }

/**
 * Where the candidate is proved wrong nobody knows what it would have said, but a rule that sets an answer foretells the
 * legacy's all the same. Held-out decisions only; null for effects that need the candidate's answer.
 */
export const asideTrial = ({ predicate, effect, answers, features, split }: AsideInput): AsideTrial | null => {
  const wanted = effect.flatMap((step): readonly (readonly [AnswerPath, number])[] => {
    const path = answers.paths.find((one) => one.path === step.path)
    return path === undefined || step.kind !== 'set' ? [] : [[path, path.codeOf(step.value)]]
  })
  if (wanted.length === 0 || wanted.length < effect.length) return null
  const held = split.aside.filter((row) => split.held[row] === 1)
  const isSo = (row: number): boolean => wanted.every(([path, code]) => path.legacy[row] === code)
  const inside = rowsWhere(predicate, features, held)
  const fits = inside.filter(isSo).length
  const others = held.length - inside.length
  // Against those outside: a cause of the defect that is also one of the answer would make the inside look alike.
  const base = (held.filter(isSo).length - fits + 1) / (others + 2)
  return {
    speaksFor: fits >= least.fits && fits >= least.share * inside.length,
    luck: inside.length === 0 ? 1 : binomialTail(fits, inside.length, Math.min(0.5, base)),
  }
}

/** Two independent p-values as one (Fisher); the first alone where there is no second. */
export const together = (a: number, b: number | undefined): number => {
  if (b === undefined) return a
  const product = Math.max(a * b, 1e-300)
  return product * (1 - Math.log(product))
}
