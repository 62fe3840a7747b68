import { compileComparison } from '../../../src/diff/compare.ts'
import { compileFingerprint } from '../../../src/diff/fingerprint.ts'
import type { ClassifyInput, Missed, PastValue, Scan, Snapshot } from '../../../src/classify/input.ts'
import type { Invariant, Logic, Projection, Relation } from '../../../src/model/context.ts'
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
export type Candidate = (values: Values, clockMs: number, data: Data) => Observation

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
  readonly otherOrders?: readonly Values[]
  /** Default: true. */
  readonly isScanWhole?: boolean
  readonly invariants?: readonly Invariant[]
  readonly missingVersions?: readonly string[]
  readonly brokenVersions?: readonly string[]
  readonly presentVersion?: string
  readonly older?: Readonly<Record<string, Candidate>>
  readonly specification?: Candidate
  readonly relations?: readonly Relation[]
  readonly history?: Readonly<Record<string, readonly PastValue[]>>
  readonly placebo?: Values
}

const triggerData: Data = { qty: 5, lines: [1, 2, 3] }

const valuesOf = (reads: readonly RecordedRead[]): Values =>
  Object.fromEntries(reads.map((read) => [`${read.projection}/${read.key}`, Number(read.entries[0]?.value ?? 0)]))

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
  const logics = new Map<Logic, Candidate>()
  const logicOf = (candidate: Candidate): Logic => {
    const logic: Logic = () => undefined
    logics.set(logic, candidate)
    return logic
  }
  const specification = scene.specification === undefined ? {} : { specification: logicOf(scene.specification) }
  const olderVersions = Object.entries(scene.older ?? {}).map(([version, candidate]) => ({
    version,
    candidate: logicOf(candidate),
    until: null,
  }))
  const snapshotOf = (values: Values): Snapshot => ({
    asOf: { observation: scene.candidate(values, legacyAtMs, triggerData), reads: readsOf(values, names), inputsRead: [] },
    asOfReads: async () => readsOf(values, names),
    run: async ({ logic, substitution, alter, data }) => {
      replays += 1
      const isAsOf = (name: string): boolean =>
        substitution === undefined || substitution.reads.has(readUnit(...(name.split('/') as [string, string])))
      const mixed: Values = Object.fromEntries(names.map((name) => [name, (isAsOf(name) ? values[name] : scene.live[name]) ?? 0]))
      const shown = alter === undefined ? mixed : valuesOf(readsOf(mixed, names).map(alter))
      // The specification is wrapped on its way.
      const code = logic === undefined ? scene.candidate : (logics.get(logic) ?? scene.specification ?? scene.candidate)
      return code(shown, substitution === undefined || substitution.clock ? legacyAtMs : liveAtMs, data ?? triggerData)
    },
    missed: (read) => {
      const name = `${read.projection}/${read.key}`
      const kind = scene.missed?.[name] ?? 'behind'
      return { kind, at: epochMs(kind === 'ahead' ? legacyAtMs + 50 : liveAtMs - (scene.ageMs?.[name] ?? 10)) }
    },
    history: (name, key) => scene.history?.[`${name}/${key}`] ?? [],
  })
  const compare = compileComparison({})
  const asked = trigger(1, 'K', triggerData)
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
      candidate: () => undefined,
      candidateVersion: scene.presentVersion ?? 'v',
      settlesWithinMs: 5_000,
      invariants: scene.invariants ?? [],
      exposure: () => 700,
      olderVersions,
      relations: scene.relations ?? [],
      ...specification,
    },
    live: {
      id: legacy.id,
      context: legacy.context,
      trigger: asked,
      candidateVersion: 'v',
      observation: scene.liveAnswer ?? scene.candidate(scene.live, liveAtMs, triggerData),
      reads: readsOf(scene.live, names),
      decidedAt: epochMs(liveAtMs),
      tookMs: 1,
    },
    legacy,
    snapshot: snapshotOf(scene.asOf),
    scan: scanOf(scene.otherInstants?.map(snapshotOf), scene.isScanWhole),
    orders: scanOf(scene.otherOrders?.map(snapshotOf), scene.isScanWhole),
    missingVersions: scene.missingVersions ?? [],
    brokenVersions: () => scene.brokenVersions ?? [],
    placebo: async () => (scene.placebo === undefined ? null : snapshotOf(scene.placebo)),
    lagMs: 1_000,
    compare,
    fingerprint: compileFingerprint(contextName('promise'), {}),
    replays: () => replays,
  }
}

const scanOf = (snapshots: readonly Snapshot[] | undefined, isWhole = true): Scan | null =>
  snapshots === undefined ? null : { snapshots: { [Symbol.asyncIterator]: () => each(snapshots) }, isWhole }

async function* each(snapshots: readonly Snapshot[]): AsyncGenerator<Snapshot, undefined> {
  yield* snapshots
}
