import type { MiningOptions, MiningResult } from '../../mine/case.ts'
import { mineTable } from '../../mine/mine.ts'
import { someRows } from '../../mine/table/case-table.ts'
import type { CaseTable } from '../../mine/table/case-table.ts'
import { changesKey, withOtherwise } from '../../mine/table/otherwise.ts'
import type { HiddenRule, InputChange } from '../../model/hidden-rule.ts'
import type { Classified } from './changed-inputs.ts'
import { answersIf, answersOn, changesBehind, changesIn } from './otherwise.ts'
import type { Experiments } from './otherwise.ts'

interface Collection {
  readonly table: CaseTable
  readonly options: MiningOptions
  readonly differing: readonly Classified[]
  readonly usual: readonly Classified[]
  readonly inputsRead: readonly string[]
}

/**
 * {@link mineTable}, and once more where changed inputs explain what no rule does: then the legacy may answer what the candidate would, had it read
 * something else. What a rule foretells in part is not asked about: a search over again costs as much as the first, and most often says the rule in other words.
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
  if (found.length === 0 || !(await isPromising(experiments, { table, options, decisions: [...open, ...usual], found }))) return first
  const all = [...known, ...(await answersIf(experiments, found))]
  const second = mineTable(withOtherwise(table, all), { ...options, known: first.rules })
  return second.rules.some(isAsIf) ? second : first
}

/** Whether the miner would follow the changes on a few decisions: asking about all of them, and searching over again, is dear. */
const isPromising = async (
  experiments: Experiments,
  {
    table,
    options,
    decisions,
    found,
  }: Pick<Collection, 'table' | 'options'> & {
    readonly decisions: readonly Classified[]
    readonly found: readonly (readonly InputChange[])[]
  },
): Promise<boolean> => {
  const ids = new Set(decisions.map(({ live }) => live.id))
  const few = someRows(table, (id) => ids.has(id))
  const { rules, leads } = mineTable(withOtherwise(few, await answersOn(experiments, decisions, found)), { ...options, known: [] })
  return [...rules, ...leads].some(isAsIf)
}

const isAsIf = ({ effect }: HiddenRule): boolean => effect.some(({ kind }) => kind === 'as-if')

const isOpenUnder =
  ({ assignments, besides }: MiningResult): ((decision: Classified) => boolean) =>
  ({ live }) =>
    !assignments.has(live.id) && !besides.has(live.id)
