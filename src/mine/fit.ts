import type { EffectStep, RuleEffect } from '../model/hidden-rule.ts'
import type { AnswerTable, AnswerPath } from './answers.ts'
import { featureOf, isNumberStep, numberAfter } from './effects/apply-step.ts'
import type { FeatureTable } from './features.ts'

/** What one effect is to one case. */
export const fit = { notAtRisk: 0, fits: 1, breaks: 2, other: 3 } as const

/**
 * Compares an effect with every case, on the places that the effect names; all other places are consequences of these
 * and not looked at. At risk: the effect would change the candidate's answer. Fits: the answers differ, and the legacy
 * has exactly what the effect says. Breaks: the answers agree. Other: the legacy did a third thing.
 */
export const fitsOf = (effect: RuleEffect, answers: AnswerTable, features: FeatureTable): Uint8Array => {
  const rows = answers.agree.length
  const steps = effect.flatMap((step) => {
    const path = answers.paths.find((one) => one.path === step.path)
    return path === undefined ? [] : [prepared(step, path, features)]
  })
  const fits = new Uint8Array(rows)
  if (steps.length < effect.length) return fits
  for (let row = 0; row < rows; row++) {
    let changes = false
    let same = true
    let applies = true
    for (const step of steps) {
      const outcome = step(row)
      if (outcome === inapplicable) applies = false
      else {
        changes ||= (outcome & changed) !== 0
        same &&= (outcome & equalsLegacy) !== 0
      }
    }
    if (!applies || !changes) continue
    fits[row] = answers.agree[row] === 1 ? fit.breaks : same ? fit.fits : fit.other
  }
  return fits
}

const inapplicable = -1
const changed = 1
const equalsLegacy = 2

const prepared = (step: EffectStep, path: AnswerPath, features: FeatureTable): ((row: number) => number) => {
  if (step.kind === 'set' || step.kind === 'remove') {
    const code = step.kind === 'remove' ? 0 : path.values.indexOf(step.value, 1)
    return (row) => (path.candidate[row] === code ? 0 : changed) | (path.legacy[row] === code ? equalsLegacy : 0)
  }
  if (!isNumberStep(step)) return () => inapplicable
  const named = featureOf(step)
  const column = named === null ? undefined : features.byName.get(named)
  const numbers = column?.kind === 'number' ? column.numbers : undefined
  return (row) => {
    const mine = path.candidateNumber[row] ?? Number.NaN
    const wanted = numberAfter(step, mine, numbers?.[row] ?? Number.NaN)
    if (Number.isNaN(wanted)) return inapplicable
    return (wanted === mine ? 0 : changed) | (wanted === path.legacyNumber[row] ? equalsLegacy : 0)
  }
}
