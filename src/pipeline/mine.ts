import type { MiningOutcome } from '../classify/reclassify.ts'
import { isProved, isResidue, reclassify, reclassifyProved } from '../classify/reclassify.ts'
import type { MiningResult } from '../mine/case.ts'
import type { Weighed } from '../mine/evidence.ts'
import { weigh } from '../mine/evidence.ts'
import { mine } from '../mine/mine.ts'
import type { HiddenRule } from '../model/hidden-rule.ts'
import type { HiddenRuleId } from '../model/ids.ts'
import type { Evidence, Verdict } from '../model/verdict.ts'
import type { CollectInput } from './mine/collect-cases.ts'
import { collectCases } from './mine/collect-cases.ts'

interface Judged {
  readonly rule: HiddenRule
  readonly weighed: Weighed
}

/**
 * Mines the whole archive of a context for hidden rules and says anew what each logic residue is. Everything that it
 * writes is one transaction; mining the same archive again gives the same.
 */
export const mineContext = async (input: CollectInput): Promise<MiningResult> => {
  const { context, store } = input
  const { cases, inputsRead } = await collectCases(input)
  const result = mine(cases, { context: context.name })
  const rules = new Map(result.rules.map((rule) => [rule.id, { rule, weighed: weigh({ rule, inputsRead }) }]))
  const changed: Verdict[] = []
  for await (const part of store.verdicts(context.name)) {
    for (const verdict of part) {
      if (isResidue(verdict)) changed.push(reclassify(verdict, outcomeOf(verdict, result, rules)))
      else if (isProved(verdict)) changed.push(reclassifyProved(verdict, besides(verdict, result, rules)))
    }
  }
  await store.commitMining({ context: context.name, rules: [...result.rules, ...result.leads], verdicts: changed })
  return result
}

const besides = (
  verdict: Verdict,
  result: MiningResult,
  rules: ReadonlyMap<HiddenRuleId, Judged>,
): Parameters<typeof reclassifyProved>[1] => {
  const id = result.besides.get(verdict.id)
  const rule = id === undefined ? undefined : rules.get(id)?.rule
  return rule === undefined ? null : { words: `Besides, the legacy followed a rule. ${rule.words}`, data: { rule: rule.id } }
}

const outcomeOf = (verdict: Verdict, result: MiningResult, rules: ReadonlyMap<HiddenRuleId, Judged>): MiningOutcome => {
  const id = result.assignments.get(verdict.id)
  const judged = id === undefined ? undefined : rules.get(id)
  if (judged === undefined) return { kind: 'no-explanation', evidence: [nothingFound(result)] }
  const { rule, weighed } = judged
  return {
    kind: 'rule',
    rule: rule.id,
    cause: weighed.cause,
    // The reads that moved the live answer besides are known from classification.
    liveDifferences: verdict.restoring.length > 0 ? verdict.liveDifferences : [],
    evidence: [overlayRestores(rule), ...weighed.evidence],
  }
}

const overlayRestores = (rule: HiddenRule): Evidence => ({
  test: 'overlay-replay',
  words: `${rule.words}: laid over the candidate this gives the legacy's answer in ${rule.replay.restored} decisions and breaks ${rule.replay.broken}`,
  data: { rule: rule.id, ...rule.replay, precisionLower: rule.precisionLower },
})

const nothingFound = (result: MiningResult): Evidence => ({
  test: 'no-rule',
  words: `none of the ${result.rules.length} rules found in this archive explains it, and nothing proves either side wrong`,
  data: { rules: result.rules.length },
})
