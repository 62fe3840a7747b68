import type { Context } from '../../model/context.ts'
import type { HiddenRule } from '../../model/hidden-rule.ts'
import type { CauseLabel, NightCase, NightCluster, NightContext, NightFeed, NightGuards, NightTolerance } from '../../model/night.ts'
import type { PairedDecision } from '../../model/paired-decision.ts'
import type { Verdict } from '../../model/verdict.ts'
import { createClusters, plus } from './clusters.ts'
import { createFeedCounts } from './feed-counts.ts'
import { createGuards } from './guards.ts'
import { labelOf } from './label.ts'
import { createSample } from './sample.ts'
import { createTimeline } from './timeline.ts'
import { createToleranceHits } from './tolerance-hits.ts'

/** What one pass over the archive of a context gives. */
export interface FoldedContext {
  readonly compared: number
  readonly unpaired: number
  readonly agreed: number
  readonly diverged: number
  readonly latent: number
  /** As-of answers that differ from the legacy's, latent ones too. */
  readonly logicMismatches: number
  readonly byLabel: ReadonlyMap<CauseLabel, { readonly count: number; readonly exposure: number | null }>
  readonly unresolved: ReadonlyMap<string, number>
  readonly timeline: NightContext['timeline']
  readonly clusters: readonly NightCluster[]
  readonly cases: readonly NightCase[]
  readonly feeds: readonly NightFeed[]
  /** As they stand at an instant. */
  readonly tolerances: (now: number) => readonly NightTolerance[]
  readonly guards: NightGuards
  readonly latencyMs: NightContext['latencyMs']
  readonly firstAt: number | null
  readonly lastAt: number | null
  readonly candidateVersion: string | null
}

/** Folds decisions, in any order, into all that a report says about a context. Memory does not grow with their number. */
export const createContextFold = (
  context: Context,
  rules: readonly HiddenRule[],
): { readonly add: (decision: PairedDecision) => void; readonly result: () => FoldedContext } => {
  const tally = createTally(rules)
  const feeds = createFeedCounts(context)
  const timeline = createTimeline()
  const latency = createSample()
  const tolerances = createToleranceHits(context)
  const guards = createGuards(context)
  let [firstAt, lastAt]: (number | null)[] = [null, null]
  let candidateVersion: string | null = null
  return {
    add: (decision) => {
      const { live, verdict } = decision
      candidateVersion = live.candidateVersion
      firstAt = Math.min(firstAt ?? live.trigger.occurredAt, live.trigger.occurredAt)
      lastAt = Math.max(lastAt ?? live.decidedAt, live.decidedAt)
      latency.add(live.tookMs)
      if (verdict === null || tally.isUnpaired(decision)) return
      feeds.add(live, verdict)
      tolerances.add(decision)
      guards.add(decision, verdict)
      const label = labelOf(verdict)
      timeline.add(live.decidedAt, label)
      tally.add(decision, verdict, label)
    },
    result: () => ({
      ...tally.result(),
      timeline: timeline.buckets(),
      feeds: feeds.feeds(),
      tolerances: tolerances.result,
      guards: guards.result(),
      latencyMs: latencyOf(latency.percentile),
      firstAt: firstAt ?? null,
      lastAt: lastAt ?? null,
      candidateVersion,
    }),
  }
}

const latencyOf = (percentile: (share: number) => number | null): NightContext['latencyMs'] => {
  const [p50, p95, p99] = [percentile(0.5), percentile(0.95), percentile(0.99)]
  return p50 === null || p95 === null || p99 === null ? null : { p50, p95, p99 }
}

interface Counts {
  compared: number
  unpaired: number
  agreed: number
  diverged: number
  latent: number
  logicMismatches: number
}

const createTally = (
  rules: readonly HiddenRule[],
): {
  readonly isUnpaired: (decision: PairedDecision) => boolean
  readonly add: (decision: PairedDecision, verdict: Verdict, label: CauseLabel | null) => void
  readonly result: () => Counts & Pick<FoldedContext, 'byLabel' | 'unresolved' | 'clusters' | 'cases'>
} => {
  const ruleById = new Map(rules.map((rule) => [rule.id, rule]))
  const byLabel = new Map<CauseLabel, { count: number; exposure: number | null }>()
  const unresolved = new Map<string, number>()
  const clusters = createClusters()
  const counts: Counts = { compared: 0, unpaired: 0, agreed: 0, diverged: 0, latent: 0, logicMismatches: 0 }
  return {
    // A decision that the legacy never answered can't be compared, whatever the candidate says.
    isUnpaired: ({ legacy }) => {
      const isUnpaired = legacy.observation === null || legacy.observation.kind === 'absent'
      if (isUnpaired) counts.unpaired += 1
      return isUnpaired
    },
    add: ({ live, legacy }, verdict, label) => {
      counts.compared += 1
      if (verdict.asOfDifferences.length > 0) counts.logicMismatches += 1
      if (label === null) {
        counts.agreed += 1
        return
      }
      counts.diverged += 1
      if (verdict.latent) counts.latent += 1
      const total = byLabel.get(label) ?? { count: 0, exposure: null }
      byLabel.set(label, { count: total.count + 1, exposure: plus(total.exposure, verdict.exposure) })
      const { finding } = verdict
      if (finding.kind === 'unresolved') unresolved.set(finding.reason, (unresolved.get(finding.reason) ?? 0) + 1)
      const rule = finding.kind === 'caused' && finding.rule !== null ? (ruleById.get(finding.rule) ?? null) : null
      clusters.add({ live, legacy, verdict, label, rule })
    },
    result: () => ({ ...counts, byLabel, unresolved, ...clusters.result() }),
  }
}
