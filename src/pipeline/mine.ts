import { createBesides } from '../classify/judge/besides.ts'
import { createJudge } from '../classify/judge/judge.ts'
import type { Observer } from '../classify/judge/observer.ts'
import { createObserver } from '../classify/judge/observer.ts'
import { isProved, isResidue, otherCodeOf, reclassify, reclassifyByOtherCode, reclassifyProved } from '../classify/reclassify.ts'
import type { Views } from '../classify/views.ts'
import { hasViews, viewsOf, withViews } from '../classify/views.ts'
import type { MiningResult } from '../mine/case.ts'
import type { Context } from '../model/context.ts'
import type { HiddenRule } from '../model/hidden-rule.ts'
import type { DecisionId, HiddenRuleId } from '../model/ids.ts'
import type { PairedDecision } from '../model/paired-decision.ts'
import type { Evidence, Verdict } from '../model/verdict.ts'
import type { Store } from '../ports/store.ts'
import { createTryPatch } from './classify/try-patch.ts'
import { aliasesIn } from './classify/aliases.ts'
import type { Collected, CollectInput } from './mine/collect-cases.ts'
import { collectCases } from './mine/collect-cases.ts'
import type { LostHistory } from './mine/lost-history.ts'
import { createLostHistory } from './mine/lost-history.ts'
import { mineWithExperiments } from './mine/mine-with-experiments.ts'
import { isReconsidered, reconsidered } from './mine/reconsider.ts'
import { asJudged, asMined, foretells, inLogId, isInLogId } from './mine/two-views.ts'

/**
 * Mines the whole archive of a context for hidden rules and says anew what each logic residue is. Everything that it
 * writes is one transaction; mining the same archive again gives the same. What earlier nights found is tried first.
 */
export const mineContext = async (input: CollectInput): Promise<MiningResult> => {
  const { context } = input
  const { signal } = new AbortController()
  const lost = createLostHistory()
  const first = createLook(context, lost)
  const collected = await collectCases({ ...input, store: watched(input.store, first.note) })
  // Only the whole archive shows what the log has lost: where it lacks something, some decisions are looked at again.
  const anew = await reconsidered({ context, store: input.store, lost, signal })
  if (anew.size === 0) return mineCollected(input, { collected, look: first })
  const store = withVerdicts(input.store, anew)
  const look = createLook(context, lost)
  return mineCollected({ ...input, store }, { collected: await collectCases({ ...input, store: watched(store, look.note) }), look })
}

/** What is noted of each decision while the miner reads the archive. */
interface Look {
  readonly note: (decision: PairedDecision) => void
  readonly observer: Observer
  readonly toTellAnew: readonly DecisionId[]
}

const createLook = (context: Context, lost: LostHistory): Look => {
  const observer = createObserver(context)
  const toTellAnew: DecisionId[] = []
  return {
    observer,
    toTellAnew,
    note: (decision) => {
      observer.note(asJudged(decision))
      if (decision.verdict === null) return
      lost.note(decision.verdict)
      if (isToldAnew(decision.verdict)) toTellAnew.push(decision.verdict.id)
    },
  }
}

const mineCollected = async (
  { context, store }: CollectInput,
  { collected, look: { observer, toTellAnew } }: { readonly collected: Collected; readonly look: Look },
): Promise<MiningResult> => {
  const { table, examples, differing, usual, inputsRead } = collected
  const options = { context: context.name, known: await store.rules(context.name), looked: inputsRead.map(factRead) }
  const { signal } = new AbortController()
  const result = await mineWithExperiments({ context, store, signal }, { table, options, differing, usual, inputsRead })
  const observed = observer.observed()
  const judge = await createJudge({
    observed,
    rules: result.rules,
    assignments: new Map([...result.assignments, ...[...result.besides].filter(([id]) => isInLogId(id))]),
    aliases: aliasesIn(examples),
    tryPatch: createTryPatch(context, signal),
  })
  const told = result.rules.map((rule) => (judge.isMistake(rule.id) ? asMistake(rule) : rule))
  const rules = new Map(told.map((rule) => [rule.id, rule]))
  const besides = createBesides(observed, {
    ruleOf: ruleBeside(result, rules),
    isExplained: (id) => result.assignments.has(id as DecisionId) || result.besides.has(id as DecisionId),
  })
  const toldAnew = (verdict: Verdict): Verdict => {
    const other = otherCodeOf(verdict)
    if (isResidue(verdict)) return reclassify(verdict, judge.judge(verdict))
    if (other !== null) return reclassifyByOtherCode(verdict, judge.doubtOf(other))
    return isProved(verdict) ? reclassifyProved(verdict, besides(verdict)) : verdict
  }
  const ruledInLog = ({ inLog }: Views): Verdict | null => {
    const id = inLogId(inLog.id)
    const rule = rules.get(result.besides.get(id) ?? ('' as HiddenRuleId))
    if (rule === undefined || !foretells(rule, { inLog })) return null
    return reclassify(inLog, judge.judge({ ...inLog, id }))
  }
  const changed: Verdict[] = []
  for await (const part of store.verdicts(context.name, toTellAnew)) {
    for (const verdict of part) {
      const views = viewsOf(verdict)
      const ruled = views === null ? null : ruledInLog(views)
      if (views === null) changed.push(toldAnew(verdict))
      else if (ruled !== null) changed.push(withViews({ ...views, inLog: ruled }, true))
      else changed.push(withViews({ ...views, otherwise: toldAnew(views.otherwise) }, false))
    }
  }
  await store.commitMining({ context: context.name, rules: [...told, ...result.leads], verdicts: changed })
  return {
    ...result,
    rules: told.filter(({ status }) => status !== 'lead'),
    leads: [...told.filter(({ status }) => status === 'lead'), ...result.leads],
  }
}

/** The fact behind a path of the trigger's data. */
const factRead = (path: string): string => (path.startsWith('/') ? `trigger${path.replaceAll('/', '.')}` : path)

/** What the candidate gets wrong is no rule of the legacy, however well it can be said. */
const asMistake = (rule: HiddenRule): HiddenRule => ({
  ...rule,
  status: 'lead',
  words: `${rule.words} The candidate is mistaken here: this is no rule of the legacy's own.`,
  ...(rule.detail === undefined ? {} : { detail: { ...rule.detail, failedGate: 'mistake-of-the-candidate' } }),
})

/** What mining may say something else about; all other verdicts stay as they are. */
const isToldAnew = (verdict: Verdict): boolean =>
  isResidue(verdict) || otherCodeOf(verdict) !== null || isProved(verdict) || hasViews(verdict) || isReconsidered(verdict)

/** A store in which some decisions have other verdicts. */
const withVerdicts = (store: Store, anew: ReadonlyMap<DecisionId, Verdict>): Store => ({
  ...store,
  archive: async function* (context) {
    for await (const part of store.archive(context)) yield part.map((one) => ({ ...one, verdict: anew.get(one.live.id) ?? one.verdict }))
  },
  verdicts: async function* (context, ids) {
    for await (const part of store.verdicts(context, ids)) yield part.filter(({ id }) => !anew.has(id))
    yield ids.flatMap((id) => anew.get(id) ?? [])
  },
})

/** The miner's own reading of the archive shows each decision to others too. */
const watched = (store: Store, note: (decision: PairedDecision) => void): Store => ({
  ...store,
  archive: async function* (context) {
    for await (const part of store.archive(context)) {
      for (const decision of part) note(decision)
      yield part.flatMap(asMined)
    }
  },
})

/** The rule that the legacy followed in a decision where one side is proved wrong, as evidence. */
const ruleBeside =
  (result: MiningResult, rules: ReadonlyMap<HiddenRuleId, HiddenRule>): ((id: string) => Omit<Evidence, 'test'> | null) =>
  (decision) => {
    const id = result.besides.get(decision as DecisionId)
    const rule = id === undefined ? undefined : rules.get(id)
    return rule === undefined || rule.status === 'lead'
      ? null
      : { words: `Besides, the legacy followed a rule. ${rule.words}`, data: { rule: rule.id } }
  }
