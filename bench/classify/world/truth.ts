import type { Answer, Cells } from './cells.ts'
import { failedAnswer, listed, sameCells } from './cells.ts'
import type { Ask } from './domain.ts'
import type { Arrivals } from './feed.ts'
import { shownAt } from './feed.ts'
import { indexBefore } from './history.ts'
import { ruleHolds } from './planted-rule.ts'
import type { Decided, World } from './simulate.ts'
import { legacyAnswer } from './simulate.ts'

/** What can be switched off to see whether both sides agree again. */
export type SwitchKind = 'timing' | 'stale' | 'rule' | 'unsayable-rule' | 'defect' | 'noise'

export interface Switch {
  readonly id: string
  readonly kind: SwitchKind
}

/** One mistake of the candidate, while it was deployed. */
export interface Deployed {
  readonly bug: string
  readonly fromMs: number
  readonly toMs: number
}

/** How the candidate saw the world. */
export interface CandidateView {
  readonly arrivals: Readonly<Record<string, Arrivals>>
  readonly bugs: readonly Deployed[]
  /** The instant from which on today's code decided. */
  readonly presentSinceMs: number
  /** Older than this a missed version is stale data, by projection. */
  readonly freshMs: Readonly<Record<string, number>>
}

export interface Truth {
  /** The candidate's live answer, and the answer of the same code as of the legacy's commit. */
  readonly live: Answer
  readonly asOf: Answer
  readonly diverged: boolean
  readonly asOfDiverged: boolean
  /** Smallest sets of switches that make the live answer agree, each alone. Empty where none does, and where nothing diverged. */
  readonly liveSets: readonly (readonly Switch[])[]
  /** The same of the as-of answer. */
  readonly asOfSets: readonly (readonly Switch[])[]
  /** Age of the youngest differing version; null when every version is the legacy's. What a naive rule would go by. */
  readonly youngestMs: number | null
  readonly referenceDiffers: boolean
  readonly differingReads: number
}

interface Unit extends Switch {
  readonly projection: string
  readonly key: string
  readonly seen: Cells | null
  readonly right: Cells | null
  readonly ageMs: number
}

/** Bugs of the candidate's code at an instant. */
export const bugsAt = (view: CandidateView, atMs: number): ReadonlySet<string> =>
  new Set(view.bugs.filter(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs).map(({ bug }) => bug))

/** The as-of answer is of the code that decided, too: otherwise a release would look like an environment. */
export const bugsOf = (view: CandidateView, decided: Decided): ReadonlySet<string> =>
  bugsAt(view, decided.candidateAtMs < view.presentSinceMs ? decided.candidateAtMs : Number.MAX_SAFE_INTEGER)

/** By what right each divergence has its cause: the generator itself is run again with one mechanism after the other switched off. */
export const truthOf = (world: World, view: CandidateView, decided: Decided): Truth => {
  const { domain, rules } = world.options
  const reader = createReader(world, view, decided)
  const bugs = bugsOf(view, decided)
  const candidate = (off: ReadonlySet<string>, asOf: boolean): Answer => {
    const left = off.size === 0 ? bugs : new Set([...bugs].filter((bug) => !off.has(bug)))
    try {
      return domain.policy(reader.ask(off, asOf), left)
    } catch {
      return failedAnswer
    }
  }
  const legacy = (off: ReadonlySet<string>): Answer =>
    decided.noise !== null && !off.has('noise') ? decided.noise : legacyAnswer(rules, decided, off)
  const none: ReadonlySet<string> = new Set()
  const live = candidate(none, false)
  const asOf = candidate(none, true)
  const diverged = !sameCells(live, decided.legacy)
  const asOfDiverged = !sameCells(asOf, decided.legacy)
  const units = reader.units()
  const logic: readonly Switch[] = [
    ...rules.flatMap((rule): readonly Switch[] =>
      ruleHolds(rule, decided.facts, decided.unrecorded) ? [{ id: rule.id, kind: rule.inLanguage ? 'rule' : 'unsayable-rule' }] : [],
    ),
    ...[...bugs].map((bug): Switch => ({ id: bug, kind: 'defect' })),
    ...(decided.noise === null ? [] : [{ id: 'noise', kind: 'noise' } as const]),
  ]
  const liveSets = diverged ? minimalSets([...units, ...logic], (off) => sameCells(candidate(off, false), legacy(off))) : []
  const asOfSets = asOfDiverged ? minimalSets(logic, (off) => sameCells(candidate(off, true), legacy(off))) : []
  const reads = units.filter(({ id }) => id !== 'clock')
  return {
    live,
    asOf,
    diverged,
    asOfDiverged,
    liveSets,
    asOfSets,
    youngestMs: reads.length === 0 ? null : Math.min(...reads.map(({ ageMs }) => ageMs)),
    referenceDiffers: reads.some(({ projection }) => projection !== domain.state.projection),
    differingReads: reads.length,
  }
}

interface Reader {
  readonly ask: (off: ReadonlySet<string>, asOf: boolean) => Ask
  readonly units: () => readonly Unit[]
}

const createReader = (world: World, view: CandidateView, decided: Decided): Reader => {
  const { domain } = world.options
  const known = new Map<string, Unit>()
  const unitOf = (projection: string, key: string): Unit => {
    const id = `${projection} ${key}`
    const found = known.get(id)
    if (found !== undefined) return found
    const chain = world.history.of(projection, key)
    const rightAt = indexBefore(chain, decided.seq, decided.ordinal)
    const seen = shownAt(view.arrivals[projection] ?? new Map(), chain, key, decided.candidateAtMs, decided.seq)
    // Of a value that belongs to another key it can only be said how long the right one has been missed.
    const missed = seen === null || seen.index === null ? chain[rightAt] : seen.index < rightAt ? chain[seen.index + 1] : undefined
    const ageMs = missed === undefined ? Number.NEGATIVE_INFINITY : decided.candidateAtMs - missed.committedAtMs
    const unit: Unit = {
      id,
      projection,
      key,
      seen: seen?.value ?? null,
      right: chain[rightAt]?.value ?? null,
      ageMs,
      kind: ageMs > (view.freshMs[projection] ?? 0) ? 'stale' : 'timing',
    }
    known.set(id, unit)
    return unit
  }
  const value = (projection: string, key: string, off: ReadonlySet<string>, asOf: boolean): Cells | null => {
    const unit = unitOf(projection, key)
    return asOf || off.has(unit.id) ? unit.right : unit.seen
  }
  const hourOf = (ms: number): number => Math.floor(ms / 3_600_000)
  const asked = String(decided.input[domain.state.askedBy])
  const stateKeys = domain.state.group === null ? [asked] : groupKeys(world, asked)
  return {
    ask: (off, asOf) => {
      const references: Record<string, Cells | null> = {}
      for (const each of domain.references) {
        references[each.projection] = value(each.projection, each.keyOf(decided.input, references), off, asOf)
      }
      const state = stateKeys.flatMap((key) => listed(value(domain.state.projection, key, off, asOf)))
      const clockMs = asOf || off.has('clock') ? decided.clockMs : Math.floor(decided.candidateAtMs)
      return { input: decided.input, references, state, clockMs }
    },
    units: () => [
      ...[...known.values()].filter((unit) => !sameCells(unit.seen, unit.right)),
      ...(hourOf(decided.clockMs) === hourOf(decided.candidateAtMs)
        ? []
        : [{ id: 'clock', kind: 'timing', projection: 'clock', key: '', seen: null, right: null, ageMs: 0 } as const]),
    ],
  }
}

const grouped = new WeakMap<World, ReadonlyMap<string, readonly string[]>>()

const groupKeys = (world: World, group: string): readonly string[] => {
  const { state } = world.options.domain
  let groups = grouped.get(world)
  if (groups === undefined) {
    groups = Map.groupBy([...state.keys].sort(), (key) => state.group?.({ [state.keyColumn]: key }) ?? key)
    grouped.set(world, groups)
  }
  return groups.get(group) ?? []
}

/** Beyond this size the smallest sets of one size are enough. */
const exhaustiveSize = 4
const mostTrials = 100_000

/** All smallest sets of switches with which `agrees` holds: none of them contains another. Of those of more than four the smallest only. */
export const minimalSets = (switches: readonly Switch[], agrees: (off: ReadonlySet<string>) => boolean): readonly (readonly Switch[])[] => {
  const found: (readonly Switch[])[] = []
  let trials = 0
  for (let size = 1; size <= switches.length; size += 1) {
    if (size > exhaustiveSize && (found.length > 0 || trials > mostTrials)) break
    for (const set of subsets(switches, size)) {
      if (found.some((smaller) => smaller.every((each) => set.includes(each)))) continue
      trials += 1
      if (agrees(new Set(set.map(({ id }) => id)))) found.push(set)
    }
  }
  return found
}

function* subsets<T>(items: readonly T[], size: number, start = 0): Generator<readonly T[], undefined> {
  if (size === 0) {
    yield []
    return
  }
  for (let at = start; at <= items.length - size; at += 1) {
    for (const rest of subsets(items, size - 1, at + 1)) yield [items[at] as T, ...rest]
  }
}
