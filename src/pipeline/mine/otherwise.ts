import { observationDifferences } from '../../classify/observation-differences.ts'
import { compileComparison } from '../../diff/compare.ts'
import { findChanges } from '../../mine/otherwise/find-changes.ts'
import { inputChanges } from '../../mine/otherwise/input-changes.ts'
import { changesKey } from '../../mine/table/otherwise.ts'
import type { Otherwise } from '../../mine/table/otherwise.ts'
import { encode } from '../../model/canonical.ts'
import type { Context } from '../../model/context.ts'
import type { HiddenRule, InputChange } from '../../model/hidden-rule.ts'
import type { DecisionId } from '../../model/ids.ts'
import type { Data } from '../../model/value.ts'
import type { Store } from '../../ports/store.ts'
import { answerIf, inputsOf } from './changed-inputs.ts'
import type { Classified } from './changed-inputs.ts'

/** Decisions that experiments are made on. */
const mostTried = 80
/** Of larger archives an even share of the decisions is answered anew. */
const mostAnswered = 50_000

/** What experiments are made with. */
export interface Experiments {
  readonly context: Context
  readonly store: Store
  readonly signal: AbortSignal
}

/**
 * Inputs whose change makes the candidate answer as the legacy did, in some of the open decisions. Only for candidates that run in this process: nobody
 * else's service is asked questions that never were.
 */
export const changesBehind = async (
  { context, signal }: Experiments,
  { open, usual }: { readonly open: readonly Classified[]; readonly usual: readonly Classified[] },
  looked: readonly string[],
): Promise<readonly (readonly InputChange[])[]> => {
  if (context.sourceText === undefined) return []
  const tried = open.slice(0, mostTried)
  const compare = compileComparison(context.compare)
  const paths = new Set(looked)
  // What an input could be is seen where the two sides agree too.
  const vocabulary = tried.length === 0 ? [] : inputChanges([...tried, ...usual].map((decision) => inputsOf(decision, paths)))
  return findChanges(tried, vocabulary, async (decision, changes) => {
    const { live, legacy } = decision
    const observation = await answerIf(context, decision, changes, signal)
    if (observation.kind !== 'decided' || legacy.observation === null) return null
    const at = legacy.decidedAt ?? live.decidedAt
    const differences = observationDifferences((left, right) => compare(left, right, at), legacy.observation, observation)
    return { isLegacy: differences.length === 0, answer: encode(observation.answer) }
  })
}

/** What the candidate answers to the changed inputs, over the archive. */
export const answersIf = async (experiments: Experiments, all: readonly (readonly InputChange[])[]): Promise<readonly Otherwise[]> => {
  if (all.length === 0) return []
  const { context, store } = experiments
  const { verdicts } = await store.decisionTotals(context.name, context.on)
  const share = mostAnswered / Math.max(1, verdicts)
  const answers = all.map(noAnswers)
  for await (const part of store.archive(context.name)) {
    const classified = part.filter((decision): decision is Classified => decision.verdict !== null && isKept(decision.live.id, share))
    await noteAnswers(experiments, classified, answers)
  }
  return answers
}

/** The same, over these decisions alone. */
export const answersOn = async (
  experiments: Experiments,
  decisions: readonly Classified[],
  all: readonly (readonly InputChange[])[],
): Promise<readonly Otherwise[]> => {
  const answers = all.map(noAnswers)
  await noteAnswers(experiments, decisions, answers)
  return answers
}

interface GrowingOtherwise extends Otherwise {
  readonly answers: Map<DecisionId, Data>
}

const noAnswers = (changes: readonly InputChange[]): GrowingOtherwise => ({ changes, answers: new Map() })

const noteAnswers = async (
  { context, signal }: Experiments,
  decisions: readonly Classified[],
  all: readonly GrowingOtherwise[],
): Promise<void> => {
  for (const decision of decisions) {
    for (const { changes, answers } of all) {
      const observation = await answerIf(context, decision, changes, signal)
      if (observation.kind === 'decided') answers.set(decision.live.id, observation.answer)
    }
  }
}

const isKept = (id: string, share: number): boolean => share >= 1 || Number.parseInt(id.slice(0, 8), 16) / 2 ** 32 < share

/** The changes that rules speak of, each once. */
export const changesIn = (rules: readonly HiddenRule[]): readonly (readonly InputChange[])[] => {
  const all = rules.flatMap(({ effect }) => effect.flatMap((step) => (step.kind === 'as-if' ? [step.changes] : [])))
  return [...new Map(all.map((changes) => [changesKey(changes), changes])).values()]
}
