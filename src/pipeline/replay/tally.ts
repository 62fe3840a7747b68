import type { Fingerprint } from '../../model/ids.ts'
import type { CauseLabel } from '../../model/night.ts'
import type { ArchivedDecision } from './archived-decision.ts'
import type { MissedReason, Replayed, Standing } from './replay-one.ts'

/** What became of decisions that have something in common. */
export interface Moves {
  /** Diverged as recorded. */
  before: number
  /** Diverge as replayed. */
  after: number
  vanished: number
  appeared: number
  /** Diverge still, but in another way. */
  moved: number
}

/** One decision, told. */
export interface ReplayExample {
  readonly id: string
  readonly key: string
  readonly legacy: ArchivedDecision['legacy']
  readonly before: Standing['observation']
  readonly after: Standing['observation']
  readonly paths: readonly string[]
}

export interface ClusterMoves extends Moves {
  /** Where the answers differ. */
  paths: readonly string[]
  /** The ones with the smallest ids, so that the order of replaying does not matter. */
  examples: readonly ReplayExample[]
}

/** Everything that was counted, as plain data that another thread can send. Memory does not grow with the number of decisions. */
export interface Tally {
  decisions: number
  compared: number
  changed: number
  readonly all: Moves
  readonly missed: Map<MissedReason, number>
  /** Of decisions by the cause that was recorded; `agreed` for those without one. */
  readonly byCause: Map<CauseLabel | 'agreed', Moves>
  readonly byRule: Map<string, Moves>
  readonly byFingerprint: Map<Fingerprint, ClusterMoves>
  /** Divergences of clusters beyond the bound, which are counted but not told apart. */
  otherClusters: number
  exposureVanished: number
  exposureAppeared: number
  /** The first reads that were asked for and not recorded. */
  readonly missing: Set<string>
}

const maxClusters = 2_000
const maxExamples = 3
const maxMissing = 20

export const createTally = (): Tally => ({
  decisions: 0,
  compared: 0,
  changed: 0,
  all: noMoves(),
  missed: new Map(),
  byCause: new Map(),
  byRule: new Map(),
  byFingerprint: new Map(),
  otherClusters: 0,
  exposureVanished: 0,
  exposureAppeared: 0,
  missing: new Set(),
})

const noMoves = (): Moves => ({ before: 0, after: 0, vanished: 0, appeared: 0, moved: 0 })

/** Counts one decision. */
export const addReplayed = (tally: Tally, decision: ArchivedDecision, replayed: Replayed): void => {
  tally.decisions += 1
  if (replayed.kind === 'missed') {
    tally.missed.set(replayed.reason, (tally.missed.get(replayed.reason) ?? 0) + 1)
    if (replayed.reason === 'unrecorded-read' && replayed.what !== null && tally.missing.size < maxMissing) tally.missing.add(replayed.what)
    return
  }
  tally.compared += 1
  if (replayed.isChanged) tally.changed += 1
  const { before, after } = replayed
  const [was, is] = [before.fingerprint, after.fingerprint]
  if (was === null && is === null) return
  note(tally.all, was, is)
  note(entry(tally.byCause, decision.cause ?? 'agreed', noMoves), was, is)
  if (decision.rule !== null) note(entry(tally.byRule, decision.rule, noMoves), was, is)
  if (is === null) tally.exposureVanished += decision.exposure ?? 0
  if (was === null) tally.exposureAppeared += decision.exposure ?? 0
  noteClusters(tally, decision, before, after)
}

const note = (moves: Moves, was: Fingerprint | null, is: Fingerprint | null): void => {
  if (was !== null) moves.before += 1
  if (is !== null) moves.after += 1
  if (was !== null && is === null) moves.vanished += 1
  else if (was === null && is !== null) moves.appeared += 1
  else if (was !== is) moves.moved += 1
}

const entry = <K, V>(map: Map<K, V>, key: K, make: () => V): V => {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}

/** A divergence that became another one has left its cluster and come to the other. */
const noteClusters = (tally: Tally, decision: ArchivedDecision, before: Standing, after: Standing): void => {
  const [was, is] = [before.fingerprint, after.fingerprint]
  const example = (standing: Standing): ReplayExample => ({
    id: decision.id,
    key: decision.trigger.key,
    legacy: decision.legacy,
    before: before.observation,
    after: after.observation,
    paths: standing.differences.slice(0, 8).map(({ path }) => path || '/'),
  })
  if (was !== null) {
    const cluster = clusterOf(tally, was)
    if (cluster !== null) {
      cluster.before += 1
      if (is === was) cluster.after += 1
      else cluster.vanished += 1
      if (is !== null && is !== was) cluster.moved += 1
      addExample(cluster, decision.id, () => example(before))
    }
  }
  if (is !== null && is !== was) {
    const cluster = clusterOf(tally, is)
    if (cluster !== null) {
      cluster.after += 1
      cluster.appeared += 1
      addExample(cluster, decision.id, () => example(after))
    }
  }
}

const clusterOf = (tally: Tally, fingerprint: Fingerprint): ClusterMoves | null => {
  const known = tally.byFingerprint.get(fingerprint)
  if (known !== undefined) return known
  if (tally.byFingerprint.size >= maxClusters) {
    tally.otherClusters += 1
    return null
  }
  const made: ClusterMoves = { ...noMoves(), paths: [], examples: [] }
  tally.byFingerprint.set(fingerprint, made)
  return made
}

const addExample = (cluster: ClusterMoves, id: string, make: () => ReplayExample): void => {
  const last = cluster.examples.at(-1)
  if (cluster.examples.length >= maxExamples && last !== undefined && id > last.id) return
  keepExamples(cluster, [make()])
}

const keepExamples = (cluster: ClusterMoves, more: readonly ReplayExample[]): void => {
  cluster.examples = [...cluster.examples, ...more].sort((a, b) => (a.id < b.id ? -1 : 1)).slice(0, maxExamples)
  cluster.paths = cluster.examples[0]?.paths ?? []
}

/** Adds what another thread counted. */
export const mergeTally = (into: Tally, from: Tally): void => {
  into.decisions += from.decisions
  into.compared += from.compared
  into.changed += from.changed
  into.otherClusters += from.otherClusters
  into.exposureVanished += from.exposureVanished
  into.exposureAppeared += from.exposureAppeared
  addMoves(into.all, from.all)
  for (const [reason, count] of from.missed) into.missed.set(reason, (into.missed.get(reason) ?? 0) + count)
  for (const [cause, moves] of from.byCause) addMoves(entry(into.byCause, cause, noMoves), moves)
  for (const [rule, moves] of from.byRule) addMoves(entry(into.byRule, rule, noMoves), moves)
  for (const [fingerprint, moves] of from.byFingerprint) {
    const cluster = clusterOf(into, fingerprint)
    if (cluster === null) continue
    addMoves(cluster, moves)
    keepExamples(cluster, moves.examples)
  }
  for (const read of from.missing) if (into.missing.size < maxMissing) into.missing.add(read)
}

/** Takes back the decisions whose reads were not recorded, so that they can be counted anew. */
export const forgetUnrecorded = (tally: Tally): void => {
  tally.decisions -= tally.missed.get('unrecorded-read') ?? 0
  tally.missed.delete('unrecorded-read')
  tally.missing.clear()
}

const addMoves = (into: Moves, from: Moves): void => {
  into.before += from.before
  into.after += from.after
  into.vanished += from.vanished
  into.appeared += from.appeared
  into.moved += from.moved
}
