import { compileComparison } from '../../diff/compare.ts'
import { toleranceRules } from '../../diff/describe.ts'
import { encode } from '../../model/canonical.ts'
import type { Context } from '../../model/context.ts'
import type { NightTolerance } from '../../model/night.ts'
import type { IntendedEffect } from '../../model/observation.ts'
import type { PairedDecision } from '../../model/paired-decision.ts'
import { shorten } from '../../model/shorten.ts'
import type { Data } from '../../model/value.ts'

interface Hits {
  hits: number
  decisions: number
  example: NightTolerance['example']
}

const exampleRoom = 200

/**
 * Counts what each tolerance of a context hides between the legacy's answers and the live ones, by comparing them again: the
 * count hangs on the archive alone, however often and in whatever batches it was classified.
 */
export const createToleranceHits = (
  context: Pick<Context, 'compare'>,
): {
  readonly add: (decision: PairedDecision) => void
  /** `now`, in epoch milliseconds, says which of them have expired. */
  readonly result: (now: number) => readonly NightTolerance[]
} => {
  const rules = toleranceRules(context.compare)
  const found = new Map<string, Hits>(rules.map(({ path }) => [path, { hits: 0, decisions: 0, example: null }]))
  const inThisDecision = new Set<string>()
  let decision = ''
  const compare = compileComparison(context.compare, {
    maxDifferences: 1,
    onHidden: ({ pattern, path, legacy, candidate }) => {
      const hits = found.get(pattern)
      if (hits === undefined) return
      hits.hits += 1
      if (!inThisDecision.has(pattern)) hits.decisions += 1
      inThisDecision.add(pattern)
      hits.example ??= { path, legacy: textOf(legacy), candidate: textOf(candidate), decision }
    },
  })
  return {
    add: ({ live, legacy }) => {
      const [said, answered] = [legacy.observation, live.observation]
      if (rules.length === 0 || said?.kind !== 'decided' || answered.kind !== 'decided') return
      const at = legacy.decidedAt ?? live.decidedAt
      inThisDecision.clear()
      decision = live.id
      compare(said.answer, answered.answer, at)
      if (said.effects.length > 0) compare({ effects: effectsOf(said.effects) }, { effects: effectsOf(answered.effects) }, at)
    },
    result: (now) =>
      rules.map(({ expiresAt, ...rule }) => ({
        ...rule,
        expired: now >= expiresAt,
        ...(found.get(rule.path) ?? { hits: 0, decisions: 0, example: null }),
      })),
  }
}

const effectsOf = (effects: readonly IntendedEffect[]): Data => effects.map(({ kind, payload }) => ({ kind, payload }))

const textOf = (data: Data | undefined): string => (data === undefined ? 'nothing' : encode(shorten(data, exampleRoom)))
