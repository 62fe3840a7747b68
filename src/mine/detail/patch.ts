import type { HiddenRule, RulePatch } from '../../model/hidden-rule.ts'
import type { Data } from '../../model/value.ts'
import { rowsThat, toldRows } from '../counting.ts'
import { featuresIn, isAsIfStep, isChooseStep } from '../effects/apply-step.ts'
import { otherwiseFact } from '../effects/otherwise-words.ts'
import type { NumberColumn } from '../features/feature.ts'
import { fit } from '../fit.ts'
import { chosenOf } from '../choices/chosen.ts'
import { applyEffect } from '../overlay.ts'
import type { NearRows } from '../near.ts'
import type { Draft } from '../search/draft.ts'
import type { Archive } from '../search/sample.ts'
import type { CaseTable } from '../table/case-table.ts'
import { changesKey } from '../table/otherwise.ts'
import { rowsOfRule } from '../unless.ts'
import { answerAt, factValues, listFacts, otherwiseAt } from './fact-value.ts'
import { literalCode } from './feature-code.ts'
import { helpersFor, patchTypes } from './patch-helpers.ts'
import { dataCode, stepCode } from './step-code.ts'

interface Patched {
  readonly draft: Draft
  readonly rule: Pick<HiddenRule, 'predicate' | 'effect' | 'unless' | 'words'>
  readonly archive: Archive
  readonly table: CaseTable
  readonly near: NearRows
}

const casesEach = 3

/** The rule as source text: a function to lay over the candidate, and recorded decisions that it must and must not change. */
export const patchOf = (input: Patched): RulePatch => ({ overlay: overlayText(input), test: testText(input) })

const commentOf = (words: string): string => words.replaceAll('*/', '* /').replaceAll('\n', ' ')

const overlayText = ({ rule, archive: { features } }: Patched): string => {
  const before = (rule.unless ?? []).map((one) => `!(${one.map((literal) => literalCode(literal, features)).join(' && ')})`)
  const conditions = [...rule.predicate.map((literal) => literalCode(literal, features)), ...before].join(' &&\n  ')
  const steps = rule.effect.map((step, i) =>
    stepCode(step, features).replace(/^(put|change)\(answer,/, (_, call: string) => `${call}(${i === 0 ? 'answer' : `made${i}`},`),
  )
  const lines = steps.map((step, i) => (i === steps.length - 1 ? `  return ${step}` : `  const made${i + 1} = ${step}`))
  const [facts, answer] = [conditions.includes('facts[') ? 'facts' : '_facts', conditions.includes('get(answer') ? 'answer' : '_answer']
  const body = `/** Whether the rule applies to a decision, by what was known before it and by the candidate's own answer. */
export const applies = (${facts}: Facts, ${answer}: Data): boolean =>
  ${conditions === '' ? 'true' : conditions}

/** ${commentOf(rule.words)} */
export const overlay = (answer: Data, facts: Facts): Data => {
  if (!applies(facts, answer)) return answer
${lines.join('\n')}
}
`
  return `${patchTypes}\n${helpersFor(body)}\n${body}`
}

interface Case {
  readonly name: string
  readonly row: number
}

const testText = (input: Patched): string => {
  const { rule } = input
  const lines = casesOf(input).map(({ name, row }) => caseText(name, row, input))
  return `import { expect, it } from 'vitest'
import { overlay } from './overlay.ts'
import type { Data, Facts } from './overlay.ts'

interface Case {
  readonly name: string
  readonly facts: Facts
  readonly candidate: Data
  readonly expected: Data
}

/** Recorded decisions. Only the places that the rule names are changed in what is expected. */
const cases: readonly Case[] = [
${lines.join('\n')}
]

it.each(cases)(${JSON.stringify(`${commentOf(rule.words)} $name`)}, ({ facts, candidate, expected }) => {
  expect(overlay(candidate, facts)).toEqual(expected)
})
`
}

/** Decisions that the rule changes, that one condition alone keeps it from, and on either side of each border. */
const casesOf = ({ draft, archive, rule, near }: Patched): readonly Case[] => {
  const { features } = archive
  const told = (rows: Int32Array): Int32Array => toldRows(draft.fits, rows)
  const positives = rowsThat(draft.fits, near.inside, fit.fits)
  const negatives = near.but.flatMap((rows) => [...rowsThat(draft.fits, rows, fit.breaks).subarray(0, casesEach)])
  const named = (name: string, some: Iterable<number>): readonly Case[] => [...some].map((row, i) => ({ name: `${name} ${i + 1}`, row }))
  const borders = rule.predicate.flatMap((literal, i) => {
    const column = features.byName.get(literal.feature)
    if (column?.kind !== 'number') return []
    return [nearest(column, told(near.inside), archive), nearest(column, told(near.but[i] ?? near.inside), archive)]
  })
  return [
    ...named('changes', positives.subarray(0, casesEach)),
    ...named('leaves', new Set(negatives.slice(0, 2 * casesEach))),
    ...named('border', new Set(borders.flat())),
  ]
}

/** The rows with the smallest and the largest value. */
const nearest = (column: NumberColumn, rows: Int32Array, { features }: Archive): readonly number[] => {
  const values = features.numbersAt(column, rows)
  let [low, high] = [-1, -1]
  for (let i = 0; i < rows.length; i++) {
    const value = values[i] ?? Number.NaN
    if (Number.isNaN(value)) continue
    if (low < 0 || value < (values[low] ?? 0)) low = i
    if (high < 0 || value > (values[high] ?? 0)) high = i
  }
  return low < 0 ? [] : [rows[low] ?? 0, rows[high] ?? 0]
}

const caseText = (name: string, row: number, { rule, archive, table }: Patched): string => {
  const { features, answers } = archive
  const at = Int32Array.of(row)
  const numberAt = (feature: string): number => {
    const column = features.byName.get(feature)
    return column?.kind === 'number' ? (features.numbersAt(column, at)[0] ?? Number.NaN) : Number.NaN
  }
  const literals = [...rule.predicate, ...(rule.unless ?? []).flat()]
  const needed = [...literals.map((literal) => literal.feature), ...rule.effect.flatMap(featuresIn)]
  const facts = needed.flatMap((feature) => features.byName.get(feature)?.facts ?? [feature])
  const counted = needed.filter((feature) => features.byName.get(feature)?.facts.includes('history') === true)
  const asIf = rule.effect.find(isAsIfStep)
  const otherwise = asIf === undefined ? undefined : otherwiseAt(answers.paths, changesKey(asIf.changes), row)
  const known: Readonly<Record<string, Data>> = {
    ...(asIf === undefined || otherwise === undefined ? {} : { [otherwiseFact(asIf)]: otherwise }),
    ...Object.fromEntries(rule.effect.filter(isChooseStep).flatMap(({ choice }) => listFacts(answers, choice.list, row))),
    ...factValues(table, [...new Set(facts)], row),
    ...Object.fromEntries(counted.map((feature) => [feature, numberAt(feature)] as const).filter(([, value]) => !Number.isNaN(value))),
  }
  const candidate = answerAt(answers.paths, 'candidate', row)
  const holds = rowsOfRule(rule, features, at).length > 0
  const laid = holds
    ? applyEffect(rule.effect, { kind: 'decided', answer: candidate, effects: [] }, numberAt, otherwise, chosenOf(answers, features, row))
    : null
  const expected = laid?.kind === 'decided' ? laid.answer : candidate
  return `  { name: ${JSON.stringify(name)}, facts: ${dataCode(known)}, candidate: ${dataCode(candidate)}, expected: ${dataCode(expected)} },`
}
