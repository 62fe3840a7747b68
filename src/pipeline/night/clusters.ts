import type { LegacyDecision, LiveDecision } from '../../model/decision.ts'
import type { HiddenRule } from '../../model/hidden-rule.ts'
import type { CauseLabel, NightCase, NightCluster } from '../../model/night.ts'
import type { Verdict } from '../../model/verdict.ts'
import { boundedCase, caseWeight } from './bounded-case.ts'

/** One divergence, as the clusters take it in. */
export interface Divergence {
  readonly live: LiveDecision
  readonly legacy: LegacyDecision
  readonly verdict: Verdict
  readonly label: CauseLabel
  readonly rule: HiddenRule | null
}

const casesPerCluster = 2
const maxClusters = 2_000
const toldClusters = 200
const toldCases = 60

/** Characters, bytes and values of one value of a case, and of all cases; when these are used up, a case shows the beginning of each value. */
const caseRoom = 65_536
const crampedRoom = 256
const allCasesRoom = 32_000_000

/** Of clusters that are too many to be told apart, one row a cause is told: no divergence is left out of the sum. */
const rest = 'others'

interface Cluster {
  count: number
  exposure: number | null
  readonly label: CauseLabel
  readonly fingerprint: string
  readonly words: string
  readonly cases: NightCase[]
}

/** Adds money that may be unknown. */
export const plus = (a: number | null, b: number | null): number | null => (b === null ? a : (a ?? 0) + b)

/** Gathers the thousand copies of one cause into one row, with a few of them told in full. Bounded. */
export const createClusters = (): {
  readonly add: (divergence: Divergence) => void
  readonly result: () => { readonly clusters: readonly NightCluster[]; readonly cases: readonly NightCase[] }
} => {
  const clusters = new Map<string, Cluster>()
  let room = allCasesRoom
  const others = new Map<CauseLabel, Cluster>()
  const clusterOf = (divergence: Divergence): Cluster => {
    const { verdict, label, rule } = divergence
    const fingerprint = rule?.id ?? verdict.fingerprint ?? ''
    const known = clusters.get(`${label} ${fingerprint}`)
    if (known !== undefined) return known
    if (clusters.size >= maxClusters) return othersOf(others, label)
    const cluster = { count: 0, exposure: null, label, fingerprint, words: wordsOf(divergence), cases: [] }
    clusters.set(`${label} ${fingerprint}`, cluster)
    return cluster
  }
  return {
    add: (divergence) => {
      const cluster = clusterOf(divergence)
      cluster.count += 1
      cluster.exposure = plus(cluster.exposure, divergence.verdict.exposure)
      if (cluster.cases.length >= casesPerCluster) return
      const one = boundedCase(caseOf(divergence), room > 0 ? caseRoom : crampedRoom)
      room -= caseWeight(one, caseRoom * 8)
      cluster.cases.push(one)
    },
    result: () => {
      const sorted = [...clusters.values()].sort((a, b) => b.count - a.count || (a.fingerprint < b.fingerprint ? -1 : 1))
      const left = new Map<CauseLabel, Cluster>()
      for (const cluster of [...others.values(), ...sorted.slice(toldClusters)]) gather(othersOf(left, cluster.label), cluster)
      const clustersTold = [...sorted.slice(0, toldClusters), ...left.values()].map(told)
      return { clusters: clustersTold, cases: sorted.flatMap((cluster) => cluster.cases).slice(0, toldCases) }
    },
  }
}

const othersOf = (others: Map<CauseLabel, Cluster>, label: CauseLabel): Cluster => {
  const known = others.get(label)
  if (known !== undefined) return known
  const cluster = {
    count: 0,
    exposure: null,
    label,
    fingerprint: rest,
    words: 'divergences of other shapes, too many to tell apart',
    cases: [],
  }
  others.set(label, cluster)
  return cluster
}

const gather = (into: Cluster, { count, exposure, cases }: Cluster): void => {
  into.count += count
  into.exposure = plus(into.exposure, exposure)
  if (into.cases.length < casesPerCluster) into.cases.push(...cases.slice(0, casesPerCluster - into.cases.length))
}

const told = ({ fingerprint, label, count, exposure, words, cases }: Cluster): NightCluster => ({
  fingerprint,
  cause: label,
  count,
  exposure,
  words,
  example: cases[0]?.id ?? '',
})

const wordsOf = ({ verdict, rule }: Divergence): string => {
  if (rule !== null) return rule.words
  const first = verdict.evidence[0]
  if (first !== undefined) return first.words
  const differences = verdict.liveDifferences.length > 0 ? verdict.liveDifferences : verdict.asOfDifferences
  return `differs at ${differences
    .map((difference) => difference.path || '/')
    .slice(0, 4)
    .join(', ')}`
}

const caseOf = ({ live, legacy, verdict, label, rule }: Divergence): NightCase => ({
  id: live.id,
  key: live.trigger.key,
  at: new Date(live.decidedAt).toISOString(),
  cause: label,
  grade: verdict.grade,
  latent: verdict.latent,
  trigger: live.trigger.data,
  legacy: legacy.observation,
  live: live.observation,
  asOf: verdict.asOf.observation,
  differences: verdict.liveDifferences.length > 0 ? verdict.liveDifferences : verdict.asOfDifferences,
  restoring: verdict.restoring,
  evidence: verdict.evidence,
  rule: rule?.words ?? null,
})
