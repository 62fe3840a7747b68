import type { Context } from '../../model/context.ts'
import type { LegacyDecision, LiveDecision } from '../../model/decision.ts'
import type { HiddenRule } from '../../model/hidden-rule.ts'
import type { CauseLabel, NightCase, NightCluster, NightContext, NightFeed } from '../../model/night.ts'
import type { Verdict } from '../../model/verdict.ts'
import { labelOf } from './label.ts'
import { createTimeline } from './timeline.ts'

export interface ArchivedDecision {
  readonly live: LiveDecision
  readonly legacy: LegacyDecision
  readonly verdict: Verdict | null
}

/** What one pass over the archive of a context gives. */
export interface ContextFold {
  readonly add: (decision: ArchivedDecision) => void
  readonly result: () => FoldedContext
}

export interface FoldedContext {
  readonly compared: number
  readonly unpaired: number
  readonly agreed: number
  readonly diverged: number
  readonly latent: number
  readonly logicMismatches: number
  readonly byLabel: ReadonlyMap<CauseLabel, { readonly count: number; readonly exposure: number | null }>
  readonly unresolved: ReadonlyMap<string, number>
  readonly timeline: NightContext['timeline']
  readonly clusters: readonly NightCluster[]
  readonly cases: readonly NightCase[]
  readonly feeds: readonly NightFeed[]
  readonly latencyMs: NightContext['latencyMs']
  readonly firstAt: number | null
  readonly lastAt: number | null
  readonly candidateVersion: string | null
}

const casesPerCluster = 2
const maxClusters = 2_000
const maxCases = 60
const sampleSize = 4_096

interface Cluster {
  count: number
  exposure: number | null
  readonly label: CauseLabel
  readonly fingerprint: string
  readonly words: string
  readonly cases: NightCase[]
}

interface FeedCount {
  reads: number
  stale: number
  readonly ages: number[]
}

const plus = (a: number | null, b: number | null): number | null => (b === null ? a : (a ?? 0) + b)

/** Every n-th of a stream, thinned as it grows: enough for percentiles, bounded for any length, and deterministic. */
const createSample = (): { readonly add: (value: number) => void; readonly sorted: () => readonly number[] } => {
  let every = 1
  let seen = 0
  let values: number[] = []
  return {
    add: (value) => {
      if (seen++ % every === 0) values.push(value)
      if (values.length < sampleSize) return
      every *= 2
      values = values.filter((_, index) => index % 2 === 0)
    },
    sorted: () => [...values].sort((a, b) => a - b),
  }
}

const percentile = (sorted: readonly number[], share: number): number | null =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null

const caseOf = (
  { live, legacy, verdict }: ArchivedDecision,
  found: Verdict,
  label: CauseLabel,
  rule: HiddenRule | undefined,
): NightCase => ({
  id: live.id,
  key: live.trigger.key,
  at: new Date(live.decidedAt).toISOString(),
  cause: label,
  grade: found.grade,
  latent: found.latent,
  trigger: live.trigger.data,
  legacy: legacy.observation,
  live: live.observation,
  asOf: (verdict ?? found).asOf.observation,
  differences: found.liveDifferences.length > 0 ? found.liveDifferences : found.asOfDifferences,
  restoring: found.restoring,
  evidence: found.evidence,
  rule: rule?.words ?? null,
})

const clusterWords = (verdict: Verdict, rule: HiddenRule | undefined): string => {
  if (rule !== undefined) return rule.words
  const first = verdict.evidence[0]
  if (first !== undefined) return first.words
  const differences = verdict.liveDifferences.length > 0 ? verdict.liveDifferences : verdict.asOfDifferences
  return `differs at ${differences
    .map((difference) => difference.path || '/')
    .slice(0, 4)
    .join(', ')}`
}

export const createContextFold = (context: Context, rules: readonly HiddenRule[]): ContextFold => {
  const ruleById = new Map(rules.map((rule) => [rule.id, rule]))
  const byLabel = new Map<CauseLabel, { count: number; exposure: number | null }>()
  const unresolved = new Map<string, number>()
  const clusters = new Map<string, Cluster>()
  const feeds = new Map<string, FeedCount>(Object.keys(context.reads).map((name) => [name, { reads: 0, stale: 0, ages: [] }]))
  const timeline = createTimeline()
  const latency = createSample()
  const counts = { compared: 0, unpaired: 0, agreed: 0, diverged: 0, latent: 0, logicMismatches: 0 }
  let firstAt: number | null = null
  let lastAt: number | null = null
  let candidateVersion: string | null = null

  const countReads = (live: LiveDecision, verdict: Verdict): void => {
    for (const read of live.reads) {
      const feed = feeds.get(read.projection)
      if (feed !== undefined) feed.reads += 1
    }
    for (const restoring of verdict.restoring) {
      const feed = feeds.get(restoring.projection)
      if (feed === undefined) continue
      if (restoring.cause === 'stale-data') feed.stale += 1
      if (feed.ages.length < sampleSize) feed.ages.push(restoring.ageMs)
    }
  }

  const addDivergence = (decision: ArchivedDecision, verdict: Verdict, label: CauseLabel): void => {
    const rule = verdict.finding.kind === 'caused' && verdict.finding.rule !== null ? ruleById.get(verdict.finding.rule) : undefined
    const total = byLabel.get(label) ?? { count: 0, exposure: null }
    byLabel.set(label, { count: total.count + 1, exposure: plus(total.exposure, verdict.exposure) })
    if (verdict.finding.kind === 'unresolved') unresolved.set(verdict.finding.reason, (unresolved.get(verdict.finding.reason) ?? 0) + 1)
    const id = `${label} ${rule?.id ?? verdict.fingerprint ?? ''}`
    const known = clusters.get(id)
    if (known === undefined && clusters.size >= maxClusters) return
    const cluster: Cluster = known ?? {
      count: 0,
      exposure: null,
      label,
      fingerprint: rule?.id ?? verdict.fingerprint ?? '',
      words: clusterWords(verdict, rule),
      cases: [],
    }
    clusters.set(id, cluster)
    cluster.count += 1
    cluster.exposure = plus(cluster.exposure, verdict.exposure)
    if (cluster.cases.length < casesPerCluster) cluster.cases.push(caseOf(decision, verdict, label, rule))
  }

  const add = (decision: ArchivedDecision): void => {
    const { live, legacy, verdict } = decision
    candidateVersion = live.candidateVersion
    firstAt = Math.min(firstAt ?? live.trigger.occurredAt, live.trigger.occurredAt)
    lastAt = Math.max(lastAt ?? live.decidedAt, live.decidedAt)
    latency.add(live.tookMs)
    if (verdict === null) return
    if (legacy.observation === null || (legacy.observation.kind === 'absent' && legacy.observation.reason === 'end-of-input')) {
      counts.unpaired += 1
      return
    }
    counts.compared += 1
    countReads(live, verdict)
    const label = labelOf(verdict)
    timeline.add(live.decidedAt, label)
    if (label === null) {
      counts.agreed += 1
      return
    }
    counts.diverged += 1
    if (verdict.latent) counts.latent += 1
    if (verdict.asOfDifferences.length > 0) counts.logicMismatches += 1
    addDivergence(decision, verdict, label)
  }

  const result = (): FoldedContext => {
    const sorted = [...clusters.values()].sort((a, b) => b.count - a.count || (a.fingerprint < b.fingerprint ? -1 : 1))
    const took = latency.sorted()
    const p50 = percentile(took, 0.5)
    return {
      ...counts,
      byLabel,
      unresolved,
      timeline: timeline.buckets(),
      clusters: sorted.slice(0, 200).map((cluster) => ({
        fingerprint: cluster.fingerprint,
        cause: cluster.label,
        count: cluster.count,
        exposure: cluster.exposure,
        words: cluster.words,
        example: cluster.cases[0]?.id ?? '',
      })),
      cases: sorted.flatMap((cluster) => cluster.cases).slice(0, maxCases),
      feeds: [...feeds].map(([projection, feed]) => feedOf(context, projection, feed)),
      latencyMs: p50 === null ? null : { p50, p95: percentile(took, 0.95) ?? p50, p99: percentile(took, 0.99) ?? p50 },
      firstAt,
      lastAt,
      candidateVersion,
    }
  }
  return { add, result }
}

const feedOf = (context: Context, name: string, feed: FeedCount): NightFeed => {
  const projection = context.reads[name]
  const ages = [...feed.ages].sort((a, b) => a - b)
  return {
    projection: name,
    feed: projection?.feed.kind ?? 'stream',
    kind: projection?.kind ?? 'state',
    lagP50Ms: percentile(ages, 0.5),
    lagP99Ms: percentile(ages, 0.99),
    freshWithinMs: projection?.freshWithinMs ?? null,
    stale: feed.stale,
    reads: feed.reads,
  }
}
