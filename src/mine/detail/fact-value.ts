import type { Data } from '../../model/value.ts'
import { setAt } from '../../model/pointer.ts'
import type { AnswerPath, AnswerTable } from '../table/answers.ts'
import type { CaseTable } from '../table/case-table.ts'
import { itemsAt } from '../table/lists.ts'
import { unknownAnswer } from '../table/otherwise.ts'

/** What a fact is in one decision; undefined where it is not given. `clock` is the legacy's own, in epoch milliseconds. */
export const factValue = (table: CaseTable, name: string, row: number): Data | undefined => {
  if (name === 'clock') return table.at[row]
  const fact = table.facts.find((one) => one.name === name)
  if (fact === undefined) return undefined
  if (fact.kind === 'text') return fact.labels[(fact.codes[row] ?? 0) - 1]
  const value = fact.numbers[row] ?? Number.NaN
  if (Number.isNaN(value)) return undefined
  return fact.kind === 'number' ? value : new Date(value).toISOString().slice(0, fact.timed ? 24 : 10)
}

/** The facts by these names that one decision has. */
export const factValues = (table: CaseTable, names: readonly string[], row: number): Readonly<Record<string, Data>> =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = factValue(table, name, row)
      return value === undefined ? [] : [[name, value] as const]
    }),
  )

/** One side's answer in one decision, put together from its places. */
export const answerAt = (paths: readonly AnswerPath[], side: 'candidate' | 'legacy', row: number): Data =>
  answerOf(paths, (path) => path[side][row] ?? 0)

/** What the candidate answers to changed inputs, of which both sides' answers know the values; undefined where it is not known. */
export const otherwiseAt = (paths: readonly AnswerPath[], key: string, row: number): Data | undefined => {
  const codeAt = (path: AnswerPath): number => path.otherwise?.get(key)?.codes[row] ?? unknownAnswer
  return paths.some((path) => codeAt(path) < 0) ? undefined : answerOf(paths, codeAt)
}

const answerOf = (paths: readonly AnswerPath[], codeAt: (path: AnswerPath) => number): Data =>
  paths.reduce((answer: Data, path) => {
    const code = codeAt(path)
    return code === 0 ? answer : setAt(answer, path.path, path.values[code] ?? null)
  }, {})

/** One decision's alternatives by the list's name, as entries of its facts. */
export const listFacts = ({ lists = [] }: AnswerTable, name: string, row: number): readonly (readonly [string, Data])[] =>
  lists.filter((list) => list.name === name).map((list) => [name, itemsAt(list, row)] as const)
