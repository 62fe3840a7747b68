import { legacySchema, pending, stream } from '../../../../src/index.ts'
import type { ChangeSource } from '../../../../src/index.ts'
import type { Context } from '../../../../src/model/context.ts'
import { epochMs } from '../../../../src/model/ids.ts'
import type { PairedDecision } from '../../../../src/model/paired-decision.ts'
import { offlineRun } from '../../../../src/pipeline/offline.ts'
import type { OfflineResult } from '../../../../src/pipeline/offline.ts'
import { seededRandom } from '../../../../src/shadow/random.ts'
import type { Commit } from '../offline/offline-shop.ts'
import { recordingOf } from '../offline/offline-shop.ts'

interface Post {
  parcel: { no: string; zone: string; kg: number; express: boolean }
  tariff: { zone: string; rate: number }
  fee: { no: string; cents: number; code: string | null }
}

/** What a parcel costs, from what is asked and the rate of its zone. */
export interface Parcel {
  readonly zone: string
  readonly kg: number
  readonly express: boolean
}
export type Fee = (parcel: Parcel, rate: number, at: number) => number

export const begin = Date.UTC(2026, 2, 2)
const hourMs = 3_600_000
const dayMs = 24 * hourMs
const zones = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H']

/** What the documents say. */
export const documented: Fee = ({ kg, express }, rate) => kg * rate + (express ? 500 : 0)

export interface PostOptions {
  readonly candidate: Fee
  readonly legacy: Fee
  readonly specification?: Fee
  readonly older?: Readonly<Record<string, Fee>>
  /** What the legacy notes beside its fee. */
  readonly code?: (parcel: Parcel) => string | null
  /** The rate that the legacy works with: by default the present one. */
  readonly rateOf?: (rates: readonly { readonly at: number; readonly rate: number }[], at: number) => number
  readonly parcels?: number
  /** How late the candidate hears of rates. */
  readonly lag?: '30 min'
  /** What rates are drawn from. */
  readonly rates?: readonly number[]
  /** By how much the clocks may be wrong that order the commits. */
  readonly clockError?: '20 min'
  readonly seed?: string
}

export interface Told extends OfflineResult {
  readonly pairs: ReadonlyMap<string, PairedDecision>
  /** Findings of the decisions that did not agree: cause or reason → how often. */
  readonly findings: Readonly<Record<string, number>>
}

const { rule, defineContext, projection } = legacySchema<Post>()

const tables = {
  parcel: { key: 'no', columns: ['no', 'zone', 'kg', 'express'] },
  tariff: { key: 'zone', columns: ['zone', 'rate'] },
  fee: { key: 'no', columns: ['no', 'cents', 'code'] },
}

/** Five days of parcels, one every few minutes; each zone's rate changes about every five hours. */
export const commitsOf = ({ legacy, code, rateOf, rates: drawn, parcels = 1_500, seed = 'post' }: PostOptions): readonly Commit[] => {
  const random = seededRandom(seed)
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T
  const rates = new Map<string, { at: number; rate: number }[]>(zones.map((zone, index) => [zone, [{ at: begin, rate: 100 + 10 * index }]]))
  const commits: Commit[] = zones.map((zone, index) => ({
    at: begin,
    snapshot: true,
    writes: [{ op: 'read', table: 'tariff', key: zone, row: { zone, rate: 100 + 10 * index } }],
  }))
  const stepMs = (5 * dayMs) / parcels
  let nextChange = begin + hourMs
  for (let index = 0; index < parcels; index++) {
    const at = Math.floor(begin + 1_000 + index * stepMs + random() * stepMs * 0.5)
    while (nextChange < at) {
      const zone = pick(zones)
      const rate = drawn === undefined ? 60 + Math.floor(random() * 200) : pick(drawn)
      rates.get(zone)?.push({ at: nextChange, rate })
      commits.push({ at: nextChange, writes: [{ op: 'update', table: 'tariff', key: zone, row: { zone, rate } }] })
      nextChange += 0.5 * hourMs + Math.floor(random() * hourMs * 0.3)
    }
    const parcel = { zone: pick(zones), kg: 1 + Math.floor(random() * 30), express: random() < 0.3 }
    const known = rates.get(parcel.zone) ?? []
    const rate = rateOf?.(known, at) ?? known.at(-1)?.rate ?? 0
    const no = `P${index}`
    commits.push({
      at,
      writes: [
        { op: 'create', table: 'parcel', key: no, row: { no, ...parcel } },
        { op: 'create', table: 'fee', key: no, row: { no, cents: legacy(parcel, rate, at), code: code?.(parcel) ?? null } },
      ],
    })
  }
  return commits
}

const feeParcel = rule('parcel.posted', {
  version: 1,
  owner: 'post',
  when: (tx) => tx.created('parcel'),
  emit: (row) => ({ key: row.no, data: { zone: row.zone, kg: row.kg, express: row.express } }),
})

const askedOf =
  (fee: Fee) =>
  async (
    parcel: Parcel,
    { tariff, clock }: { tariff: { get: (key: string) => Promise<{ rate: number } | undefined> }; clock: { now: () => number } },
  ): Promise<{ cents: number }> => ({ cents: fee(parcel, (await tariff.get(parcel.zone))?.rate ?? 0, clock.now()) })

export const sourceOf = (options: PostOptions): ChangeSource => recordingOf('post', tables, commitsOf(options))

export const contextOf = ({ candidate, specification, older = {}, lag, clockError }: PostOptions): Context =>
  defineContext('fee', {
    on: 'parcel.posted',
    reads: {
      tariff: projection({
        kind: 'reference',
        from: 'tariff',
        key: (row) => row.zone,
        value: ({ rate }) => ({ rate }),
        feed: stream(lag === undefined ? {} : { lag }),
        freshWithin: '20 min',
      }),
    },
    candidate: askedOf(candidate),
    version: 'present',
    legacy: {
      watch: { fee: (row) => row.no },
      answer: (transactions) => {
        const row = transactions.flatMap((tx) => [...tx.created('fee')])[0]
        return row === undefined ? pending : { cents: row.cents }
      },
    },
    answersWithin: '15 min',
    settlesWithin: clockError === undefined ? '5 s' : '45 min',
    ...(clockError === undefined ? {} : { clockError }),
    ...(specification === undefined ? {} : { specification: askedOf(specification) }),
    olderVersions: Object.entries(older).map(([version, fee]) => ({ version, candidate: askedOf(fee) })),
  })

/** The dual run of a parcel post, over a recording in memory. */
export const runPost = async (options: PostOptions): Promise<Told> => {
  const source = sourceOf(options)
  const context = contextOf(options)
  const pairs = new Map<string, PairedDecision>()
  const findings: Record<string, number> = {}
  const told = await offlineRun({
    config: { source, rules: [feeParcel], journeys: [], contexts: [context], time: null },
    transactions: source,
    deliveries: null,
    signal: new AbortController().signal,
    now: epochMs(begin),
    onVerdict: (pair) => {
      pairs.set(pair.live.trigger.key, pair)
      const finding = pair.verdict?.finding
      if (finding === undefined || finding.kind === 'agreed') return
      const name = finding.kind === 'caused' ? finding.causes.join('+') : finding.reason
      findings[name] = (findings[name] ?? 0) + 1
    },
  })
  return { ...told, pairs, findings }
}
