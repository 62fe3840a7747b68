import type { Context } from '../../model/context.ts'
import type { DecisionId } from '../../model/ids.ts'
import type { PairedDecision } from '../../model/paired-decision.ts'
import type { Evidence, Verdict } from '../../model/verdict.ts'
import type { Store } from '../../ports/store.ts'
import { createClassifyOne } from '../classify/classify-one.ts'
import type { LostVersion } from '../classify/lost-versions.ts'
import { lostIn, lostTest } from '../classify/lost-versions.ts'
import { storedVerdict } from '../offline/stored-order.ts'
import type { LostHistory } from './lost-history.ts'
import { recordedVersions } from './recorded-versions.ts'

/** So many are told anew; more of them say that the log is not to be trusted. */
const maxReconsidered = 20_000

/**
 * Decisions for which the log lacks what other decisions saw: their verdicts with that put where it belongs. They rest on the whole archive, and on nothing else.
 */
export const reconsidered = async (input: {
  readonly context: Context
  readonly store: Pick<Store, 'archive'>
  readonly lost: LostHistory
  readonly signal: AbortSignal
}): Promise<ReadonlyMap<DecisionId, Verdict>> => {
  const { context, store, lost, signal } = input
  const anew = new Map<DecisionId, Verdict>()
  if (lost.isEmpty()) return anew
  for await (const part of store.archive(context.name)) {
    for (const decision of part) {
      lost.pass(decision)
      if (decision.verdict === null || anew.size >= maxReconsidered) continue
      const missed = lost.missedBy(decision)
      if (missed.length > 0) anew.set(decision.live.id, await withLost(context, decision, missed, signal))
    }
  }
  return anew
}

const withLost = async (
  context: Context,
  decision: PairedDecision,
  missed: readonly LostVersion[],
  signal: AbortSignal,
): Promise<Verdict> => {
  const { state, isBeyond } = recordedVersions(decision, missed)
  const rolling = { state, advance: async () => undefined, forget: () => undefined, keptFrom: () => null }
  const verdict = storedVerdict(await createClassifyOne(context, rolling)(decision, signal))
  const own = decision.verdict === null || lostIn(decision.verdict).length === 0 ? [] : decision.verdict.evidence.filter(isLost)
  const evidence = [...verdict.evidence.filter((one) => !isLost(one)), seenByOthers(missed), ...own]
  if (!isBeyond()) return { ...verdict, grade: 'B', evidence }
  return { ...verdict, grade: 'B', evidence, finding: { kind: 'unresolved', reason: 'missing-version' } }
}

const isLost = ({ test }: Evidence): boolean => test === lostTest

const elsewhereTest = 'lost-elsewhere'

/** True for a verdict that rests on what other decisions saw. */
export const isReconsidered = ({ evidence }: Pick<Verdict, 'evidence'>): boolean => evidence.some(({ test }) => test === elsewhereTest)

const seenByOthers = (missed: readonly LostVersion[]): Evidence => ({
  test: elsewhereTest,
  words: `The log has lost a version of ${missed
    .slice(0, 5)
    .map(({ unit }) => unit.replace('\n', ' '))
    .join(', ')} that other decisions saw, and that was there before this one: the as-of answer was given with it.`,
  data: missed.map(({ unit, value, version }) => ({ unit, value, version: { ...version } })),
})
