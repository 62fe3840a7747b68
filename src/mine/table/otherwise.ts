import type { InputChange } from '../../model/hidden-rule.ts'
import type { DecisionId } from '../../model/ids.ts'
import { getAt } from '../../model/pointer.ts'
import type { Data } from '../../model/value.ts'
import type { AnswerPath } from './answers.ts'
import type { CaseTable } from './case-table.ts'

/** What the candidate answers when some inputs are changed, of those decisions in which that is known. */
export interface Otherwise {
  readonly changes: readonly InputChange[]
  readonly answers: ReadonlyMap<DecisionId, Data>
}

/** In {@link AnswerPath.otherwise}: what the candidate would have answered there is not known. */
export const unknownAnswer = -2

/** The same for the same changes, in whatever order they are named. */
export const changesKey = (changes: readonly InputChange[]): string =>
  changes
    .map((change) => JSON.stringify(change, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value)))
    .sort()
    .join()

/** The table with these answers laid beside the candidate's own. */
export const withOtherwise = (table: CaseTable, all: readonly Otherwise[]): CaseTable => {
  const paths = table.answers.paths.map((path): AnswerPath => {
    const otherwise = all.map(({ changes, answers }) => ({ changes, codes: codesOf(path, table.ids, answers) }))
    return { ...path, otherwise: new Map(otherwise.map((one) => [changesKey(one.changes), one])) }
  })
  return { ...table, answers: { ...table.answers, paths } }
}

const codesOf = (path: AnswerPath, ids: readonly DecisionId[], answers: ReadonlyMap<DecisionId, Data>): Int32Array =>
  Int32Array.from(ids, (id) => {
    const answer = answers.get(id)
    return answer === undefined ? unknownAnswer : path.codeOf(getAt(answer, path.path))
  })
