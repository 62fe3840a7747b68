import type { Choice, ChoiceCondition, ChoiceOrder, RuleEffect } from '../../model/hidden-rule.ts'
import { binomialTail } from '../../model/statistics.ts'
import type { FeatureTable } from '../features/view.ts'
import type { AnswerPath, AnswerTable } from '../table/answers.ts'
import type { ListColumn } from '../table/lists.ts'
import { chooserOf, itemOf, noItem } from './choose.ts'
import { answerCodes, fieldOf } from './item-columns.ts'
import { possibleConditions, possibleOrders } from './possible.ts'

interface ChoiceEffect {
  readonly effect: RuleEffect
  readonly bits: number
  readonly votes: number
}

/** Decisions in which both sides tell an alternative, and not the same. */
interface Differing {
  readonly list: ListColumn
  readonly path: AnswerPath
  readonly field: string
  readonly rows: readonly number[]
  /** The candidate's alternative and the legacy's, by place in `rows`. */
  readonly own: readonly number[]
  readonly theirs: readonly number[]
  /** The chance of telling it by luck. */
  readonly luck: number
  /** So many decisions each of `rows` stands for. */
  readonly each: number
}

const mostItems = 3_000
const mostFound = 8
const mostTried = 3
/** A choice has to be so much more often right than luck would be. */
const mostLuck = 1e-4
/** Another condition has to make it right in so many more decisions. */
const leastMore = 0.03
const conditionBits = 6
const orderBits = 5

/**
 * Other alternatives that the legacy may have chosen by some order: the cheapest, where the candidate takes the nearest; of equally good ones the one
 * with the lowest number. Found by trying orders and conditions on what both sides chose; nothing is concluded from few decisions.
 */
export const choiceEffects = (
  answers: AnswerTable,
  features: FeatureTable,
  rows: readonly number[],
  atLeast: number,
): readonly ChoiceEffect[] =>
  (answers.lists ?? []).flatMap((list) => {
    const differing = answers.paths.flatMap((path) => (path.whole ? [] : (differingOf(list, path, rows, atLeast) ?? [])))
    const isName = ({ field }: Differing): boolean => fieldOf(list, field)?.kind === 'text'
    // A name tells an alternative better than a number does, and what goes with it is told with it.
    const named = differing.filter(isName).flatMap((one) => found(one, answers, features, atLeast))
    const told = new Set(named.flatMap(({ effect }) => effect.map(({ path }) => path)))
    const others = differing.filter((one) => !isName(one) && !told.has(one.path.path))
    return [...named, ...others.flatMap((one) => found(one, answers, features, atLeast))]
  })

/** By the field that tells both sides' alternatives most often; null where none does in enough decisions. */
const differingOf = (list: ListColumn, path: AnswerPath, rows: readonly number[], atLeast: number): Differing | null => {
  let best: Differing | null = null
  for (const field of list.fields) {
    const codes = answerCodes(field, path)
    const told: number[] = []
    const [owns, theirs]: [number[], number[]] = [[], []]
    let chances = 0
    for (const row of rows) {
      if (path.candidate[row] === path.legacy[row]) continue
      const own = itemOf(list, row, codes, path.candidate[row] ?? 0)
      const other = own === noItem ? noItem : itemOf(list, row, codes, path.legacy[row] ?? 0)
      if (other === noItem) continue
      told.push(row)
      owns.push(own)
      theirs.push(other)
      chances += 1 / Math.max(1, (list.ends[row] ?? 0) - (list.starts[row] ?? 0) - 1)
    }
    if (told.length < atLeast || told.length <= (best?.rows.length ?? 0)) continue
    best = { list, path, field: field.name, rows: told, own: owns, theirs, luck: Math.min(0.5, chances / told.length), each: 1 }
  }
  return best === null ? null : thinned(best)
}

/** Of decisions with many alternatives fewer will do. */
const thinned = (differing: Differing): Differing => {
  const { list, rows, own, theirs } = differing
  const items = rows.reduce((sum, row) => sum + (list.ends[row] ?? 0) - (list.starts[row] ?? 0), 0)
  const stride = Math.max(1, Math.ceil(items / mostItems))
  const kept = <T>(all: readonly T[]): readonly T[] => all.filter((_, i) => i % stride === 0)
  return { ...differing, rows: kept(rows), own: kept(own), theirs: kept(theirs), each: stride }
}

interface Tried {
  readonly among: readonly ChoiceCondition[]
  readonly by: readonly ChoiceOrder[]
  readonly hits: number
  /** In which nothing is chosen, since two are first. */
  readonly open: number
}

const found = (differing: Differing, answers: AnswerTable, features: FeatureTable, atLeast: number): readonly ChoiceEffect[] => {
  const { list, path, field, rows, own, theirs, luck, each } = differing
  const choiceBy = (among: readonly ChoiceCondition[], by: readonly ChoiceOrder[]): Choice => ({
    list: list.name,
    path: path.path,
    field,
    among,
    by,
  })
  const tried = (among: readonly ChoiceCondition[], by: readonly ChoiceOrder[]): Tried => {
    const chooser = chooserOf(choiceBy(among, by), answers, features)
    let [hits, open] = [0, 0]
    for (let i = 0; chooser !== null && i < rows.length; i++) {
      const item = chooser.chosenFor(rows[i] ?? 0, own[i] ?? noItem)
      if (item === theirs[i]) hits++
      else if (item === noItem) open++
    }
    return { among, by, hits, open }
  }
  const all = searched(list, possibleConditions(list, differing, features), tried).filter(
    ({ hits }) => hits * each >= atLeast && binomialTail(hits, rows.length, luck) < mostLuck,
  )
  return distinct(all).map(({ among, by, hits }): ChoiceEffect => {
    const choice = choiceBy(among, by)
    return {
      effect: withCompanions(choice, answers, features, rows),
      bits: bitsOf(choice),
      votes: hits * each,
    }
  })
}

const byWorth = (a: Tried, b: Tried): number => b.hits - a.hits || a.among.length + a.by.length - (b.among.length + b.by.length)

/** Orders under no condition, under each, and under two of the best; with a second order where the first leaves two. */
const searched = (
  list: ListColumn,
  conditions: readonly ChoiceCondition[],
  tried: (among: readonly ChoiceCondition[], by: readonly ChoiceOrder[]) => Tried,
): readonly Tried[] => {
  const orders = possibleOrders(list)
  const under = (among: readonly ChoiceCondition[]): readonly Tried[] =>
    orders
      .flatMap((first) => {
        const one = tried(among, [first])
        if (one.open <= one.hits * leastMore) return [one]
        const more = orders.filter(({ field }) => field !== first.field).map((second) => tried(among, [first, second]))
        return [one, ...more.filter(({ hits }) => hits > one.hits * (1 + leastMore))]
      })
      .sort(byWorth)
      .slice(0, mostTried)
  const plain = under([])
  const single = conditions.flatMap((condition) => under([condition]))
  const best = [...single].sort(byWorth).slice(0, mostTried)
  const double = best.flatMap((one) => {
    const [first] = one.among
    const others = conditions.filter((other) => other.field !== first?.field)
    return first === undefined
      ? []
      : others.map((other) => tried([first, other], one.by)).filter(({ hits }) => hits > one.hits * (1 + leastMore))
  })
  const most = Math.max(0, ...plain.map(({ hits }) => hits))
  return [...plain, ...single.filter(({ hits }) => hits > most * (1 + leastMore) || hits * 2 >= most), ...double]
}

/** The best of them, and of those that are right as often the plainest. */
const distinct = (all: readonly Tried[]): readonly Tried[] => [...all].sort(byWorth).slice(0, mostFound)

const bitsOf = ({ among, by }: Choice): number => 4 + conditionBits * among.length + orderBits * (by.length - 1)

const leastTold = 0.95

/** The choice with all other places at which the legacy tells of the same alternative, and the candidate does not. */
const withCompanions = (choice: Choice, answers: AnswerTable, features: FeatureTable, rows: readonly number[]): RuleEffect => {
  const chooser = chooserOf(choice, answers, features)
  const named: RuleEffect[number] = { kind: 'choose', path: choice.path, field: choice.field, choice }
  const own = answers.paths.find(({ path }) => path === choice.path)
  const column = chooser === null ? undefined : fieldOf(chooser.list, choice.field)
  if (chooser === null || own === undefined || column === undefined) return [named]
  const codes = answerCodes(column, own)
  const right = rows.flatMap((row) => {
    const item = chooser.chosen(row)
    return item !== noItem && codes(item) === own.legacy[row] ? [{ row, item }] : []
  })
  const more = answers.paths.flatMap((path): RuleEffect => {
    const differing = right.filter(({ row }) => path.candidate[row] !== path.legacy[row])
    if (path === own || path.whole || differing.length < leastTold * 0.1 * right.length || differing.length < 5) return []
    const field = chooser.list.fields.find((one) => {
      const told = answerCodes(one, path)
      return right.filter(({ row, item }) => told(item) === path.legacy[row]).length >= leastTold * right.length
    })
    return field === undefined ? [] : [{ kind: 'choose', path: path.path, field: field.name, choice }]
  })
  return [named, ...more]
}
