import type { MiningOptions, MiningResult } from '../../mine/case.ts'
import { mineTable } from '../../mine/mine.ts'
import type { CaseTable } from '../../mine/table/case-table.ts'
import { changesKey, withOtherwise } from '../../mine/table/otherwise.ts'
import type { HiddenRule } from '../../model/hidden-rule.ts'
import type { Classified } from './changed-inputs.ts'
import { answersIf, changesBehind, changesIn } from './otherwise.ts'
import type { Experiments } from './otherwise.ts'

interface Collection {
  readonly table: CaseTable
  readonly options: MiningOptions
  readonly differing: readonly Classified[]
  readonly usual: readonly Classified[]
  readonly inputsRead: readonly string[]
}

/** A rule is looked for anew where so many of its decisions differ at places besides. */
const mostBesides = 0.1

/**
 * {@link mineTable}, and once more where changed inputs explain what no rule does, or no rule does wholly: then the legacy may answer what the
 * candidate would, had it read something else.
 */
export const mineWithExperiments = async (
  experiments: Experiments,
  { table, options, differing, usual, inputsRead }: Collection,
): Promise<MiningResult> => {
  const known = await answersIf(experiments, changesIn(options.known ?? []))
  const first = mineTable(known.length === 0 ? table : withOtherwise(table, known), options)
  const open = differing.filter(isOpenUnder(first))
  const keys = new Set(known.map(({ changes }) => changesKey(changes)))
  const found = (await changesBehind(experiments, { open, usual }, inputsRead)).filter((changes) => !keys.has(changesKey(changes)))
  if (found.length === 0) return first
  const all = [...known, ...(await answersIf(experiments, found))]
  const second = mineTable(withOtherwise(table, all), { ...options, known: first.rules.filter(isWhole(first, differing, open)) })
  return second.rules.some(isAsIf) ? second : first
}

const isAsIf = ({ effect }: HiddenRule): boolean => effect.some(({ kind }) => kind === 'as-if')

/** No rule foretells all places at which the answers differ. */
const isOpenUnder = ({ rules, assignments, besides }: MiningResult): ((decision: Classified) => boolean) => {
  const named = new Map(rules.map((rule) => [rule.id, rule.effect.map(({ path }) => path)]))
  return ({ live, verdict }) => {
    if (besides.has(live.id)) return false
    const rule = assignments.get(live.id)
    const places = rule === undefined ? undefined : named.get(rule)
    return places === undefined || !verdict.asOfDifferences.every(({ path }) => places.some((place) => `${path}/`.startsWith(`${place}/`)))
  }
}

const isWhole = (
  { assignments }: MiningResult,
  differing: readonly Classified[],
  open: readonly Classified[],
): ((rule: HiddenRule) => boolean) => {
  const count = (decisions: readonly Classified[], { id }: HiddenRule): number =>
    decisions.filter(({ live }) => assignments.get(live.id) === id).length
  return (rule) => count(open, rule) <= mostBesides * count(differing, rule)
}
