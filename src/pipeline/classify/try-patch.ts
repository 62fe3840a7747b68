import type { PatchTrial, TryPatch } from '../../classify/judge/nearest-patch.ts'
import type { Patch } from '../../classify/judge/patches.ts'
import { observationDifferences } from '../../classify/observation-differences.ts'
import { sameObservation } from '../../classify/same-observation.ts'
import { compileComparison } from '../../diff/compare.ts'
import type { Context, Logic } from '../../model/context.ts'
import type { Observation } from '../../model/observation.ts'
import type { PairedDecision } from '../../model/paired-decision.ts'
import type { RecordedRead } from '../../model/read.ts'
import { runCandidate } from '../../shadow/candidate-run.ts'
import { readsWithTools } from '../../shadow/given-tools.ts'
import type { ResolveRead } from '../../shadow/read-resolver.ts'
import { candidateWorld } from '../candidate-world.ts'

type PatchedContext = Pick<Context, 'reads' | 'candidate' | 'shape' | 'limits' | 'parameters'>

/** Runs changed candidates on the as-of reads that verdicts hold. What a changed candidate reads besides counts as disagreement. */
export const createTryPatch = (context: Context, signal: AbortSignal): TryPatch => {
  const compare = compileComparison(context.compare)
  return async (patch, decisions) => {
    const patched = patchedContext(context, patch)
    if (patched === null) return null
    const trial = { agrees: 0, same: 0 }
    for (const decision of decisions) {
      const { live, legacy, verdict } = decision
      if (verdict === null || legacy.observation === null) continue
      const observation = await replayed(patched, decision, verdict.asOf.reads, signal)
      if (
        observationDifferences((left, right) => compare(left, right, legacy.decidedAt ?? live.decidedAt), legacy.observation, observation)
          .length === 0
      )
        trial.agrees += 1
      if (sameObservation(observation, verdict.asOf.observation)) trial.same += 1
    }
    return trial satisfies PatchTrial
  }
}

const replayed = async (
  context: PatchedContext,
  { live, legacy }: PairedDecision,
  reads: readonly RecordedRead[],
  signal: AbortSignal,
): Promise<Observation> => {
  const now = legacy.decidedAt ?? live.decidedAt
  const { observation } = await runCandidate({
    context,
    trigger: live.trigger,
    resolve: recordedOnly(reads),
    now: () => now,
    seed: live.id,
    signal,
    world: candidateWorld,
  })
  return observation
}

const recordedOnly =
  (reads: readonly RecordedRead[]): ResolveRead =>
  ({ projection, kind, key }) => {
    const known = reads.find((read) => read.projection === projection && read.kind === kind && read.key === key)
    return known ?? Promise.reject(new DOMException(`${projection} ${key} was not read`, 'NotFoundError'))
  }

const patchedContext = (context: Context, patch: Patch | null): PatchedContext | null => {
  if (patch?.kind === 'parameter') return { ...context, parameters: patch.parameters }
  const text = patch === null ? (context.sourceText ?? '') : patch.text
  // A changed loop may never end, and nothing could stop it.
  if (text === '' || /\b(?:for|while|do)\b/.test(text)) return null
  const candidate = logicFrom(text)
  return candidate === null ? null : { ...context, candidate }
}

/** The candidate's own text made a function again. It knows nothing but its arguments: text that needs more throws when it runs. */
const logicFrom = (text: string): Logic | null => {
  for (const source of [`return (${text})`, `return Object.values({ ${text} })[0]`]) {
    try {
      const made: unknown = Function(`'use strict'; ${source}`)()
      if (typeof made !== 'function') continue
      return (input, tools, reads) => (made as (...given: readonly unknown[]) => unknown)(input, readsWithTools(tools, reads))
    } catch {
      // Not written in this way.
    }
  }
  return null
}
