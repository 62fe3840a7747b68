import { durationWords } from '../../model/duration.ts'
import { binomialTail } from '../../model/statistics.ts'
import type { Evidence } from '../../model/verdict.ts'
import type { OlderState } from '../experiments/older-reads.ts'
import type { ResidueRecord } from './residue-record.ts'
import type { World } from './world.ts'

/** The legacy works with an old copy of a projection, and whose decisions that explains. */
export interface LegacyCopy {
  readonly projection: string
  /** Whether it makes the candidate say what the legacy said. */
  readonly explains: (residue: Pick<ResidueRecord, 'at' | 'older'>) => boolean
  readonly evidence: Evidence
}

const fewest = 8
const enough = 0.9
/** Chance that one age, or one time of day, fits so many by luck. */
const luck = 1e-6
/** Of the agreements that such a copy would have changed, so many may speak against it. */
const most = 0.2
const dayMs = 86_400_000

interface Stretch {
  readonly id: string
  readonly from: number
  readonly until: number
}

/** How old a copy is, counted from the decision back, or at what time of the day it is made. */
type Clock = 'age' | 'time-of-day'

/**
 * One decision can agree with any old state by luck. That one constant age, or one time of day at which a copy is made, explains
 * nearly all of them is no luck: the legacy works with a copy. Residues that nothing else explains, in any order.
 */
export const legacyCopies = (unexplained: readonly ResidueRecord[], world: Pick<World, 'olderOfAgreements'>): readonly LegacyCopy[] => {
  const projections = [...new Set(unexplained.flatMap(({ older }) => older.map(({ projection }) => projection)))].sort()
  return projections.flatMap((projection) => copyOf(projection, unexplained, world) ?? [])
}

const copyOf = (projection: string, unexplained: readonly ResidueRecord[], world: Pick<World, 'olderOfAgreements'>): LegacyCopy | null => {
  const restored = unexplained.filter(({ older }) => older.some((state) => state.projection === projection && state.agrees))
  if (restored.length < fewest) return null
  const found = (['age', 'time-of-day'] as const)
    .map((clock) => ({ clock, ...busiest(restored.flatMap((record) => stretchesOf(record, projection, clock))) }))
    .sort((a, b) => b.ids.size - a.ids.size || a.until - a.from - (b.until - b.from))[0]
  if (found === undefined || found.ids.size < enough * restored.length) return null
  const tried = restored.map((record) => shareOf(record, projection, found.clock))
  const chance = tried.reduce((sum, share) => sum + share, 0) / tried.length
  if (binomialTail(found.ids.size, restored.length, chance) * restored.length > luck) return null
  if (isContradicted(projection, found, world)) return null
  const explains: LegacyCopy['explains'] = (residue) =>
    stretchesOf({ id: '', ...residue }, projection, found.clock).some(({ from, until }) => from <= found.from && found.from < until)
  return { projection, explains, evidence: copyEvidence(projection, found, restored.length) }
}

/** Where on the clock the legacy's copy may lie, for one decision. */
const stretchesOf = ({ id, at, older }: Pick<ResidueRecord, 'id' | 'at' | 'older'>, projection: string, clock: Clock): readonly Stretch[] =>
  older.flatMap((state) => (state.projection === projection && state.agrees ? onClock(id, at, state, clock) : []))

const onClock = (id: string, at: number, { from, until }: OlderState, clock: Clock): readonly Stretch[] => {
  if (clock === 'age') return [{ id, from: at - until, until: at - from }]
  const begin = Math.max(from, at - dayMs)
  if (begin >= until) return []
  const start = ((begin % dayMs) + dayMs) % dayMs
  const end = start + (until - begin)
  return end <= dayMs
    ? [{ id, from: start, until: end }]
    : [
        { id, from: start, until: dayMs },
        { id, from: 0, until: end - dayMs },
      ]
}

/** The place on the clock that most decisions allow. */
const busiest = (stretches: readonly Stretch[]): { readonly from: number; readonly until: number; readonly ids: ReadonlySet<string> } => {
  const edges = stretches.flatMap((stretch) => [
    { at: stretch.from, opens: true },
    { at: stretch.until, opens: false },
  ])
  edges.sort((a, b) => a.at - b.at || Number(a.opens) - Number(b.opens))
  let open = 0
  let [most, from, until] = [0, 0, 0]
  for (const [index, edge] of edges.entries()) {
    open += edge.opens ? 1 : -1
    if (open <= most) continue
    most = open
    from = edge.at
    until = edges[index + 1]?.at ?? edge.at
  }
  const ids = new Set(stretches.filter((stretch) => stretch.from <= from && from < stretch.until).map(({ id }) => id))
  return { from, until, ids }
}

/** How much of what was tried restores: the chance that any place on the clock does. */
const shareOf = ({ at, older }: ResidueRecord, projection: string, clock: Clock): number => {
  const tried = older.filter((state) => state.projection === projection)
  const oldest = Math.min(...tried.map(({ from }) => from))
  const lengthMs = (states: readonly OlderState[]): number =>
    states.reduce((sum, { from, until }) => sum + until - (clock === 'age' ? from : Math.max(from, Math.min(until, at - dayMs))), 0)
  const whole = clock === 'age' ? at - oldest : Math.min(dayMs, at - oldest)
  return Math.min(1, lengthMs(tried.filter(({ agrees }) => agrees)) / Math.max(1, whole))
}

/** Decisions in which the legacy agreed though the copy would have made it say something else. */
const isContradicted = (
  projection: string,
  { clock, from }: { readonly clock: Clock; readonly from: number },
  { olderOfAgreements }: Pick<World, 'olderOfAgreements'>,
): boolean => {
  let [asked, against] = [0, 0]
  for (const { at, states } of olderOfAgreements) {
    const copiedAt = clock === 'age' ? at - from - 1 : at - ((((at - from) % dayMs) + dayMs) % dayMs)
    const state = states.find((one) => one.projection === projection && one.from <= copiedAt && copiedAt < one.until)
    if (state === undefined) continue
    asked += 1
    if (!state.agrees) against += 1
  }
  return asked > 0 && against > most * asked
}

const copyEvidence = (
  projection: string,
  found: { readonly clock: Clock; readonly from: number; readonly until: number; readonly ids: ReadonlySet<string> },
  restored: number,
): Evidence => {
  const { clock, from, until, ids } = found
  const place =
    clock === 'age'
      ? `that is between ${durationWords(from)} and ${durationWords(until)} old`
      : `that is made between ${timeOfDay(from)} and ${timeOfDay(until)} (UTC) of each day`
  return {
    test: 'legacy-copy',
    words: `The legacy works with a copy of ${projection} ${place}: read from that, the candidate agrees in ${ids.size} of ${restored} decisions that any earlier state explains.`,
    data: { projection, clock, fromMs: from, untilMs: until, explains: ids.size, of: restored },
  }
}

const timeOfDay = (ms: number): string => new Date(ms).toISOString().slice(11, 19)
