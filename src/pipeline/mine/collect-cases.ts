import type { Context } from '../../model/context.ts'
import type { SourceName } from '../../model/ids.ts'
import { isProved } from '../../classify/reclassify.ts'
import type { Verdict } from '../../model/verdict.ts'
import type { MiningCase } from '../../mine/case.ts'
import type { SourceTable } from '../../ports/change-source.ts'
import type { Store } from '../../ports/store.ts'
import type { ArchivedDecision } from '../night/fold-context.ts'
import { factsOf } from './facts.ts'
import { relatedRows } from './related-rows.ts'

export interface CollectInput {
  readonly context: Context
  readonly store: Store
  readonly source: SourceName
  readonly tables: readonly SourceTable[]
}

type Classified = ArchivedDecision & { readonly verdict: Verdict }

/** Beyond this many decisions agreeing ones are thinned out, and beyond as many again differing ones are too. */
const maxAgreeing = 60_000
const maxDiffering = 60_000
const chunk = 1_000

/** Decisions whose as-of answer can be told apart from the legacy's, or is proved wrong; the others say nothing about rules. */
const isTelling = (decision: ArchivedDecision): decision is Classified =>
  decision.verdict !== null &&
  decision.legacy.observation?.kind === 'decided' &&
  (decision.verdict.asOf.observation.kind === 'decided' || isProved(decision.verdict))

/** An even share by id: the same decisions are chosen each time, whatever the order. */
const isKept = (id: string, share: number): boolean => share >= 1 || Number.parseInt(id.slice(0, 8), 16) / 2 ** 32 < share

/** Reads the archive for the miner: each decision with all that was known before it, in order of the legacy's clock. */
export const collectCases = async (input: CollectInput): Promise<readonly MiningCase[]> => {
  const { context, store } = input
  const count = { agreeing: 0, differing: 0 }
  for await (const part of store.archive(context.name)) {
    for (const decision of part) if (isTelling(decision)) count[agrees(decision) ? 'agreeing' : 'differing'] += 1
  }
  const share = { agreeing: maxAgreeing / count.agreeing, differing: maxDiffering / count.differing }
  const cases: MiningCase[] = []
  for await (const part of store.archive(context.name)) {
    const kept = part.filter(isTelling).filter((one) => isKept(one.live.id, agrees(one) ? share.agreeing : share.differing))
    for (let from = 0; from < kept.length; from += chunk) cases.push(...(await casesOf(input, kept.slice(from, from + chunk))))
  }
  return cases.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
}

const agrees = (decision: Classified): boolean => decision.verdict.asOfDifferences.length === 0

const casesOf = async (input: CollectInput, decisions: readonly Classified[]): Promise<readonly MiningCase[]> => {
  const related = await relatedRows({
    log: input.store,
    source: input.source,
    tables: input.tables,
    queries: decisions.map(({ live, legacy }) => ({ causes: live.trigger.causes, before: legacy.asOf ?? live.trigger })),
  })
  return decisions.flatMap((decision, index): MiningCase[] => {
    const { live, legacy, verdict } = decision
    if (legacy.observation === null) return []
    return [
      {
        id: live.id,
        at: legacy.decidedAt ?? verdict.decidedAt,
        candidate: verdict.asOf.observation,
        legacy: legacy.observation,
        agrees: agrees(decision),
        proved: isProved(verdict),
        facts: factsOf(live, verdict.asOf, related[index] ?? new Map()),
        exposure: verdict.exposure,
      },
    ]
  })
}
