import type { Clue } from './clue.ts'
import type { Cluster } from './residue-record.ts'
import type { World } from './world.ts'

/** Chance that the silence before an onset is luck. */
const luck = 0.001
const dayMs = 86_400_000

/**
 * Did it begin with a change on one of the sides? A cluster that is as frequent as this and yet never occurred before some
 * instant began there; whose change that instant was says whose doing it is.
 */
export const onset = ({ members }: Cluster, world: World): Clue | null => {
  const first = members.reduce((least, { at }) => Math.min(least, at), Number.POSITIVE_INFINITY)
  return atDeploy(members, world) ?? atLegacyChange(members.length, first, world) ?? atMidnight(members.length, first, world)
}

/** Only decisions of some versions, though others decided often enough to have shown it. */
const atDeploy = (members: Cluster['members'], { versions }: World): Clue | null => {
  const ill = new Set(members.map(({ version }) => version))
  const healthy = [...versions].filter(([version]) => !ill.has(version))
  if (healthy.length === 0) return null
  const illDecisions = [...versions].filter(([version]) => ill.has(version)).reduce((sum, [, { count }]) => sum + count, 0)
  const healthyDecisions = healthy.reduce((sum, [, { count }]) => sum + count, 0)
  if (!isSilent(members.length, illDecisions, healthyDecisions)) return null
  const names = healthy.map(([version]) => version)
  return {
    side: 'defect',
    strength: 'strong',
    evidence: {
      test: 'onset',
      words: `It occurs only with version ${[...ill].join(', ')} of the candidate; ${names.join(', ')} took ${healthyDecisions} decisions without it.`,
      data: { versions: [...ill], without: names, decisions: healthyDecisions },
    },
  }
}

const atLegacyChange = (count: number, first: number, { legacyChanges, span }: World): Clue | null => {
  const change = legacyChanges.findLast(({ at }) => at <= first)
  if (change === undefined || !beganAt(change.at, { count, first, span })) return null
  return leaning('onset', `It began with a change of the legacy: ${change.what} (${new Date(change.at).toISOString()}).`, {
    at: change.at,
    what: change.what,
  })
}

const atMidnight = (count: number, first: number, { span }: World): Clue | null => {
  const midnight = Math.floor(first / dayMs) * dayMs
  if (!beganAt(midnight, { count, first, span })) return null
  return leaning('onset', `It began with the day ${new Date(midnight).toISOString().slice(0, 10)} (UTC), as what is put into force does.`, {
    at: midnight,
  })
}

/** Nothing before the instant, though there was time enough for it, and the first soon after. */
const beganAt = (
  at: number,
  { count, first, span }: { readonly count: number; readonly first: number; readonly span: World['span'] },
): boolean => {
  const after = span.lastAt - at
  const isPrompt = first - at <= Math.max(0, (5 * after) / count)
  return after > 0 && isPrompt && isSilent(count, after, at - span.firstAt)
}

/** At the rate of `count` in `exposed`, none at all in `silent` would be luck. */
const isSilent = (count: number, exposed: number, silent: number): boolean =>
  exposed > 0 && silent > 0 && Math.exp((-count / exposed) * silent) < luck

const leaning = (test: string, words: string, data: Clue['evidence']['data']): Clue => ({
  side: 'hidden-rule',
  strength: 'medium',
  evidence: { test, words, data },
})
