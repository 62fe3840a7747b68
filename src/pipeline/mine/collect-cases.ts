import type { Context } from '../../model/context.ts'
import type { AsOfAnswer } from '../../model/decision.ts'
import type { SourceName } from '../../model/ids.ts'
import { isProved } from '../../classify/reclassify.ts'
import { hasViews } from '../../classify/views.ts'
import type { MiningCase } from '../../mine/case.ts'
import { createCaseTable } from '../../mine/table/case-table.ts'
import type { CaseTable } from '../../mine/table/case-table.ts'
import type { SourceTable } from '../../ports/change-source.ts'
import type { Store } from '../../ports/store.ts'
import type { PairedDecision } from '../../model/paired-decision.ts'
import type { Classified } from './changed-inputs.ts'
import { factsOf, tellFacts } from './facts.ts'
import { listsOf } from './lists.ts'
import { relatedRows } from './related-rows.ts'
import type { ReadVersion, RelatedRows } from './related-rows.ts'

export interface CollectInput {
  readonly context: Context
  readonly store: Store
  readonly source: SourceName
  readonly tables: readonly SourceTable[]
}

/** Of an archive with more decisions than this an even share is mined, of the differing ones a share of their own. */
const maxAgreeing = 1_000_000
const maxDiffering = 1_000_000
const chunk = 1_000
const maxExamples = 2_000

/** Decisions whose as-of answer can be told apart from the legacy's, or is proved wrong; the others say nothing about rules. */
const isTelling = (decision: PairedDecision): decision is Classified =>
  decision.verdict !== null &&
  decision.legacy.observation?.kind === 'decided' &&
  (decision.verdict.asOf.observation.kind === 'decided' || isProved(decision.verdict))

/** An even share by id: the same decisions are chosen each time, whatever the order. */
const isKept = (id: string, share: number): boolean => share >= 1 || Number.parseInt(id.slice(0, 8), 16) / 2 ** 32 < share

export interface Collected {
  readonly table: CaseTable
  /** An even share of what is in the table, case by case. */
  readonly examples: readonly MiningCase[]
  /** Some of the decisions in which the two sides differ and neither is proved wrong, evenly spread. */
  readonly differing: readonly Classified[]
  /** Some of all decisions, evenly spread. */
  readonly usual: readonly Classified[]
  /** Everything that the candidate ever looked at: paths of the trigger's data, and `read.` with the names of its projections. */
  readonly inputsRead: readonly string[]
}

/** Reads the archive once for the miner: each decision with all that was known before it. */
export const collectCases = async (input: CollectInput): Promise<Collected> => {
  const { context, store } = input
  const { verdicts } = await store.decisionTotals(context.name, context.on)
  const looked = new Set<string>()
  const table = createCaseTable()
  const examples: MiningCase[] = []
  const differing: Classified[] = []
  const usual: Classified[] = []
  const exampleShare = maxExamples / Math.max(1, verdicts)
  const take = ({ decisions }: Asked, rows: readonly RelatedRows[]): void => {
    for (const [index, decision] of decisions.entries()) {
      const { live, verdict } = decision
      const one = caseOf(decision)
      if (one === null) continue
      const known = rows[index] ?? new Map()
      table.appendTold(one, (tell) => tellFacts(tell, live, verdict.asOf, known))
      if (one.agrees === false && one.proved !== true) keepSome(differing, decision)
      keepSome(usual, decision)
      if (isKept(one.id, exampleShare)) examples.push({ ...one, facts: factsOf(live, verdict.asOf, known) })
    }
  }
  // While the store looks up the rows behind some decisions, the ones before are laid out.
  let asked: Asked | null = null
  for await (const part of store.archive(context.name)) {
    const telling = part.filter(isTelling)
    for (const { verdict } of telling) noteInputs(looked, verdict.asOf)
    const kept = telling.filter((one) => isKept(one.live.id, (agrees(one) ? maxAgreeing : maxDiffering) / verdicts))
    for (let from = 0; from < kept.length; from += chunk) {
      const next = ask(input, kept.slice(from, from + chunk))
      if (asked !== null) take(asked, await asked.related)
      asked = next
    }
  }
  if (asked !== null) take(asked, await asked.related)
  return { table: table.finish(), examples, differing: someOf(differing), usual: someOf(usual), inputsRead: [...looked].sort() }
}

const mostSome = 400

/** Ids say nothing about the decisions, so that those with the smallest are an even share. */
const spreadOut = (decisions: readonly Classified[]): readonly Classified[] =>
  decisions.toSorted((a, b) => (a.live.id < b.live.id ? -1 : a.live.id > b.live.id ? 1 : 0))

const someOf = (decisions: readonly Classified[]): readonly Classified[] => spreadOut(decisions).slice(0, mostSome)

const keepSome = (kept: Classified[], decision: Classified): void => {
  kept.push(decision)
  if (kept.length >= 4 * mostSome) kept.splice(0, kept.length, ...someOf(kept))
}

const noteInputs = (looked: Set<string>, { inputsRead, reads }: AsOfAnswer): void => {
  for (const path of inputsRead) looked.add(path)
  for (const { projection } of reads) looked.add(`read.${projection}`)
}

const agrees = (decision: Classified): boolean => decision.verdict.asOfDifferences.length === 0

interface Asked {
  readonly decisions: readonly Classified[]
  readonly related: Promise<readonly RelatedRows[]>
}

const ask = (input: CollectInput, decisions: readonly Classified[]): Asked => {
  const related = relatedRows({
    log: input.store,
    source: input.source,
    tables: input.tables,
    queries: decisions.map(({ live, legacy, verdict }) => ({
      causes: live.trigger.causes,
      before: legacy.asOf ?? live.trigger,
      reads: versionsRead(input.context, verdict.asOf),
    })),
  })
  // Whoever waits for it is told of its failure; nobody may, when something else fails first.
  related.catch(() => undefined)
  return { decisions, related }
}

/** Of each projection the first row that was read by its key: only that has the same meaning in every decision. */
const versionsRead = ({ reads: projections }: Context, { reads }: AsOfAnswer): readonly ReadVersion[] => {
  const seen = new Set<string>()
  const found: ReadVersion[] = []
  for (const { projection, kind, entries } of reads) {
    const [table, version] = [projections[projection]?.from, entries[0]?.version]
    if (seen.has(projection)) continue
    seen.add(projection)
    if (kind === 'key' && table !== undefined && version != null) found.push({ table, version })
  }
  return found
}

const caseOf = (decision: Classified): Omit<MiningCase, 'facts'> | null => {
  const { live, legacy, verdict } = decision
  if (legacy.observation === null) return null
  const lists = listsOf(live, verdict.asOf)
  return {
    ...(lists === null ? {} : { lists }),
    id: live.id,
    at: legacy.decidedAt ?? verdict.decidedAt,
    candidate: verdict.asOf.observation,
    legacy: legacy.observation,
    agrees: agrees(decision),
    proved: isProved(verdict) || hasViews(verdict),
    exposure: verdict.exposure,
  }
}
