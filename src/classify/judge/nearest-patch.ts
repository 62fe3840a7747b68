import type { HiddenRule } from '../../model/hidden-rule.ts'
import type { PairedDecision } from '../../model/paired-decision.ts'
import type { Clue } from './clue.ts'
import type { Patch } from './patches.ts'
import { patchesOf } from './patches.ts'
import type { World } from './world.ts'

/**
 * Runs a changed candidate as of each decision's recorded as-of reads: how often it agrees with the legacy. Null when the change cannot
 * be made; `null` as patch stands for the candidate's own text, unchanged, which must do what the candidate did.
 */
export type TryPatch = (patch: Patch | null, decisions: readonly PairedDecision[]) => Promise<PatchTrial | null>

export interface PatchTrial {
  /** Decisions in which it agrees with the legacy. */
  readonly agrees: number
  /** Decisions in which it says what the candidate said. */
  readonly same: number
}

const enough = 0.99
/** Agreements that a change must not break. */
const maxOthers = 300

/**
 * Would one small change of the candidate do? If it makes the whole cluster agree and breaks nothing, the candidate is most likely
 * only slightly wrong; where none of many does, something is missing in it.
 */
export const nearestPatch = async (
  rule: Pick<HiddenRule, 'predicate' | 'effect'>,
  input: { readonly members: readonly PairedDecision[]; readonly world: World; readonly tryPatch: TryPatch },
): Promise<Clue | null> => {
  const { members, world, tryPatch } = input
  const patches = patchesOf(rule, world)
  if (patches.length === 0 || members.length === 0) return null
  const byText = patches.some(({ kind }) => kind === 'text')
  const control = byText ? await tryPatch(null, members) : null
  const isText = control !== null && control.same === members.length
  const usable = patches.filter(({ kind }) => kind === 'parameter' || isText)
  for (const patch of usable) {
    const healed = await tryPatch(patch, members)
    if (healed === null || healed.agrees < enough * members.length) continue
    const others = world.agreements.slice(0, maxOthers)
    const kept = await tryPatch(patch, others)
    if (kept !== null && kept.agrees === others.length) return mends(patch, members.length, others.length)
  }
  if (usable.length < fewestTried) return null
  return {
    side: 'hidden-rule',
    strength: 'medium',
    evidence: {
      test: 'nearest-patch',
      words: `None of ${usable.length} small changes of the candidate's numbers and comparisons makes these decisions agree without breaking others: something is missing in it.`,
      data: { tried: usable.length },
    },
  }
}

const fewestTried = 4

const mends = (patch: Patch, members: number, agreements: number): Clue => ({
  side: 'defect',
  strength: 'medium',
  evidence: {
    test: 'nearest-patch',
    words: `One small change of the candidate makes all of ${members} of these decisions agree and breaks none of ${agreements} others: ${patch.words}.`,
    data: { patch: patch.words, members, agreements },
  },
})
