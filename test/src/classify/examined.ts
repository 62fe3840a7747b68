import { compileComparison } from '../../../src/diff/compare.ts'
import { compileFingerprint } from '../../../src/diff/fingerprint.ts'
import type { ClassifyInput, Missed, Snapshot } from '../../../src/classify/input.ts'
import type { Invariant, Projection } from '../../../src/model/context.ts'
import type { LegacyDecision } from '../../../src/model/decision.ts'
import { contextName, epochMs, position, tableName } from '../../../src/model/ids.ts'
import type { DecisionId } from '../../../src/model/ids.ts'
import type { Observation } from '../../../src/model/observation.ts'
import type { RecordedRead } from '../../../src/model/read.ts'
import { readUnit } from '../../../src/model/substitution.ts'
import type { Data } from '../../../src/model/value.ts'
import { trigger } from '../shadow/changes.ts'

export const decided = (answer: Data): Observation => ({ kind: 'decided', answer, effects: [] })
export const failed = (reason: 'threw' | 'timed-out' | 'circuit-open' | 'wrong-shape'): Observation => ({
  kind: 'failed',
  reason,
  message: 'Error: no',
})

const projection = (kind: Projection['kind'], freshWithinMs: number | null): Projection => ({
  kind,
  from: tableName('t'),
  key: () => '',
  group: null,
  value: () => null,
  feed: { kind: 'stream' },
  freshWithinMs,
})

/** Values by `projection/key`; the candidate's answer from them and the clock. */
export type Values = Readonly<Record<string, number>>
export type Candidate = (values: Values, clockMs: number) => Observation

export interface Scene {
  readonly candidate: Candidate
  readonly live: Values
  readonly asOf: Values
  readonly legacy: Observation
  readonly first?: Observation
  /** What really came out live; by default what the candidate says to the live values. */
  readonly liveAnswer?: Observation
  /** How old what the live reads saw is; 10 ms unless said. */
  readonly ageMs?: Readonly<Record<string, number>>
  readonly missed?: Readonly<Record<string, Missed['kind']>>
  readonly otherInstants?: readonly Values[]
  readonly invariants?: readonly Invariant[]
  readonly missingVersions?: readonly string[]
}

export const liveAtMs = 1_000_000
export const legacyAtMs = 999_000

const readsOf = (values: Values, names: readonly string[]): readonly RecordedRead[] =>
  names.map((name) => {
    const [projectionName = '', key = ''] = name.split('/')
    const entry = { key, value: values[name] ?? null, version: null }
    return {
      projection: projectionName,
      kind: 'key',
      key,
      entries: [entry],
      feed: 'stream',
      frontier: position('1'),
      readAt: epochMs(liveAtMs),
    }
  })

/** A decision as classification gets it, over a candidate that is a plain function. Counts its replays. */
export const examined = (scene: Scene): ClassifyInput & { readonly replays: () => number } => {
  const names = Object.keys(scene.live)
  let replays = 0
  const snapshotOf = (values: Values): Snapshot => ({
    asOf: { observation: scene.candidate(values, legacyAtMs), reads: readsOf(values, names), inputsRead: [] },
    asOfReads: readsOf(values, names),
    replay: async ({ reads, clock }) => {
      replays += 1
      const isAsOf = (name: string): boolean => reads.has(readUnit(...(name.split('/') as [string, string])))
      const mixed = Object.fromEntries(names.map((name) => [name, (isAsOf(name) ? values[name] : scene.live[name]) ?? 0]))
      return scene.candidate(mixed, clock ? legacyAtMs : liveAtMs)
    },
    missed: (read) => {
      const name = `${read.projection}/${read.key}`
      const kind = scene.missed?.[name] ?? 'behind'
      return { kind, at: epochMs(kind === 'ahead' ? legacyAtMs + 50 : liveAtMs - (scene.ageMs?.[name] ?? 10)) }
    },
  })
  const compare = compileComparison({})
  const asked = trigger(1, 'K', { qty: 5 })
  const legacy: LegacyDecision = {
    id: 'd' as DecisionId,
    context: contextName('promise'),
    trigger: asked,
    state: 'settled',
    revision: 3,
    observation: scene.legacy,
    firstObservation: scene.first ?? null,
    transactions: [],
    asOf: { position: position('1'), ordinal: 0 },
    readFrom: null,
    decidedAt: epochMs(legacyAtMs),
    answeredAt: epochMs(legacyAtMs),
  }
  return {
    context: {
      name: contextName('promise'),
      reads: {
        stock: projection('state', null),
        item: projection('reference', 100_000),
        rate: projection('reference', null),
        slot: projection('state', 100),
      },
      settlesWithinMs: 5_000,
      invariants: scene.invariants ?? [],
      exposure: () => 700,
    },
    live: {
      id: legacy.id,
      context: legacy.context,
      trigger: asked,
      candidateVersion: 'v',
      observation: scene.liveAnswer ?? scene.candidate(scene.live, liveAtMs),
      reads: readsOf(scene.live, names),
      decidedAt: epochMs(liveAtMs),
      tookMs: 1,
    },
    legacy,
    snapshot: snapshotOf(scene.asOf),
    scan: scene.otherInstants === undefined ? null : instants(scene.otherInstants.map(snapshotOf)),
    missingVersions: scene.missingVersions ?? [],
    compare,
    fingerprint: compileFingerprint(contextName('promise'), {}),
    replays: () => replays,
  }
}

async function* instants(snapshots: readonly Snapshot[]): AsyncGenerator<Snapshot, undefined> {
  yield* snapshots
}
