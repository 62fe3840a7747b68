import type { Draw } from './draw.ts'
import { draw } from './draw.ts'
import { domains } from './domains/all.ts'
import { dayMs } from './world/cells.ts'
import { extraColumns } from './world/columns.ts'
import type { Domain } from './world/domain.ts'
import type { FeedModel, Lag } from './world/feed.ts'
import { deliver } from './world/feed.ts'
import { withHistory } from './world/history-counts.ts'
import type { GroundFact } from './world/ground.ts'
import { factsOfDomain } from './world/ground.ts'
import { looksElsewhere, plantRules } from './world/plant.ts'
import type { PlantOptions } from './world/plant.ts'
import type { PlantedRule } from './world/planted-rule.ts'
import type { WorldOptions } from './world/options.ts'
import type { Decided, World } from './world/simulate.ts'
import { simulate } from './world/simulate.ts'
import type { CandidateView, Deployed } from './world/truth.ts'

/**
 * `dev` and `held-out` differ in businesses, kinds of rules and lag. `faulty` captures lack versions or have timestamps for positions. `mirrored`: the
 * same residue, told once as a rule of the legacy and once as a mistake of the candidate. `null`: nothing is planted but noise and lag.
 */
export const groups = ['dev-clean', 'dev-faulty', 'heldout-clean', 'heldout-faulty', 'mirrored', 'null'] as const
export type Group = (typeof groups)[number]

export interface ScenarioRef {
  readonly group: Group
  readonly index: number
}

/** What the documents say of the legacy: all, something, nothing. */
export type Documented = 'all' | 'part' | 'nothing'

export interface Capture {
  /** Share of the changes of rows that candidates read which the capture lost. */
  readonly missingShare: number
  /** Commits are ordered by clocks that go wrong by up to this much; 0: by their place in the log. */
  readonly clockErrorMs: number
}

export interface Scenario {
  readonly ref: ScenarioRef
  readonly name: string
  readonly seed: number
  readonly options: WorldOptions
  readonly world: World
  readonly facts: readonly GroundFact[]
  readonly feeds: Readonly<Record<string, FeedModel>>
  readonly view: CandidateView
  readonly settlesMs: number
  readonly documented: Documented
  readonly capture: Capture
  /** Rules that nobody could take for a mistake of the candidate. */
  readonly evident: ReadonlySet<string>
  /** In a mirrored scenario, what the residue is told to be. */
  readonly mirrored: 'rule' | 'defect' | null
}

/** How many scenarios of each group a run has, and how far apart their seeds are: fixed before the first run. */
export const counts: Readonly<Record<'full' | 'quick', Readonly<Record<Group, number>>>> = {
  full: { 'dev-clean': 96, 'dev-faulty': 32, 'heldout-clean': 48, 'heldout-faulty': 16, mirrored: 24, null: 600 },
  quick: { 'dev-clean': 4, 'dev-faulty': 2, 'heldout-clean': 3, 'heldout-faulty': 1, mirrored: 2, null: 6 },
}

const firstSeed: Readonly<Record<Group, number>> = {
  'dev-clean': 11_000,
  'dev-faulty': 23_000,
  'heldout-clean': 37_000,
  'heldout-faulty': 41_000,
  mirrored: 53_000,
  null: 67_000,
}

export const seedOf = ({ group, index }: ScenarioRef): number => firstSeed[group] + index * 7

const isHeldOut = (group: Group): boolean => group.startsWith('heldout')

const domainOf = (from: Draw, group: Group): Domain => {
  const fitting = group === 'mirrored' || group === 'null' ? domains : domains.filter((domain) => domain.heldOut === isHeldOut(group))
  return from.pick(fitting)
}

const noiseOf = (from: Draw): number => {
  const at = from.next()
  if (at < 0.4) return 0
  if (at < 0.7) return 0.0005 + from.next() * 0.0045
  return at < 0.9 ? 0.01 : 0.03 + from.next() * 0.02
}

const optionsOf = (ref: ScenarioRef, seed: number, domain: Domain): WorldOptions => {
  const from = draw(seed, 'options')
  // Most tables are of middling width; a few have more than a hundred columns.
  const count = ref.group === 'null' ? from.whole(2, 30) : from.chance(0.2) ? from.whole(40, 105) : from.whole(4, 40)
  const extra = extraColumns({ seed, count, core: domain.request.columns })
  const decisions = ref.group === 'null' ? from.pick([600, 1_000, 1_600]) : from.pick([1_500, 2_000, 3_000, 4_000, 8_000])
  return {
    seed,
    masterSeed: seed,
    domain,
    columns: [...domain.request.columns, ...extra],
    rules: [],
    decisions,
    startMs: Date.UTC(2026, from.whole(0, 11), from.whole(1, 28)),
    days: from.whole(14, 50),
    noiseShare: ref.group === 'mirrored' ? 0 : ref.group === 'null' ? from.pick([0.0001, 0.001, 0.005, 0.01, 0.05]) : noiseOf(from),
    againShare: 0.35 + from.next() * 0.2,
    hasteMs: from.pick([150, 400, 900]),
    laterShare: from.chance(0.3) ? 0.15 : 0,
    laterMs: 3_000,
    decideMs: from.pick([40, 120, 300]),
    referenceChanges: Math.round(decisions * (0.02 + from.next() * 0.08)),
    refills: Math.round(decisions * (0.05 + from.next() * 0.15)),
  }
}

const lagOf = (from: Draw, kind: 'state' | 'reference', heldOut: boolean): Lag => {
  if (!heldOut) return { kind: 'exponential', meanMs: kind === 'state' ? from.pick([120, 350, 900]) : from.pick([1_000, 8_000, 60_000]) }
  if (kind === 'reference' && from.chance(0.4)) return { kind: 'nightly', hour: from.whole(0, 5) }
  return { kind: 'heavy', medianMs: kind === 'state' ? 250 : 5_000, sigma: from.pick([1, 1.6]) }
}

/** Some minutes without the feed, or the feed's end. */
const outagesOf = (from: Draw, options: WorldOptions, kind: 'state' | 'reference'): FeedModel['outages'] => {
  const endMs = options.startMs + options.days * dayMs
  const outages: { fromMs: number; toMs: number }[] = []
  for (let left = from.pick([0, 1, 2, 4]); left > 0; left -= 1) {
    const fromMs = options.startMs + Math.floor(from.next() * options.days * dayMs)
    const lengthMs = kind === 'state' ? from.whole(5, 180) * 60_000 : from.whole(1, 60) * 3_600_000
    outages.push({ fromMs, toMs: fromMs + lengthMs })
  }
  if (from.chance(0.05)) outages.push({ fromMs: endMs - Math.floor(dayMs * (0.5 + from.next())), toMs: endMs + 400 * dayMs })
  return outages
}

const feedOf = (from: Draw, options: WorldOptions, kind: 'state' | 'reference', heldOut: boolean): FeedModel => ({
  lag: lagOf(from, kind, heldOut),
  outages: outagesOf(from, options, kind),
  reorderShare: heldOut && from.chance(0.4) ? 0.05 : 0,
  duplicateShare: heldOut && from.chance(0.4) ? 0.05 : 0,
  lostShare: from.chance(0.3) ? 0.01 : 0,
  wrongKeyShare: heldOut && kind === 'reference' && from.chance(0.25) ? 0.02 : 0,
})

const bugsOf = (
  from: Draw,
  ref: ScenarioRef,
  options: WorldOptions,
  documented: Documented,
): { readonly bugs: readonly Deployed[]; readonly presentSinceMs: number } => {
  if (ref.group === 'null' || ref.group === 'mirrored') return { bugs: [], presentSinceMs: 0 }
  const count = from.chance(0.45) ? 0 : from.pick([1, 1, 1, 2, 2, 3, 5])
  const names = from.sample(Object.keys(options.domain.bugs), count)
  const deployedMs = options.startMs + Math.floor(options.days * dayMs * (0.3 + from.next() * 0.4))
  const story =
    documented === 'nothing'
      ? from.pick(['regression', 'always', 'mended'])
      : from.pick(['always', 'always', 'always', 'regression', 'mended'])
  if (story === 'always') return { bugs: names.map((bug) => ({ bug, fromMs: 0, toMs: Number.POSITIVE_INFINITY })), presentSinceMs: 0 }
  const [first, ...rest] = names
  if (first === undefined) return { bugs: [], presentSinceMs: 0 }
  const changed: Deployed =
    story === 'regression'
      ? { bug: first, fromMs: deployedMs, toMs: Number.POSITIVE_INFINITY }
      : { bug: first, fromMs: 0, toMs: deployedMs }
  return { bugs: [changed, ...rest.map((bug) => ({ bug, fromMs: 0, toMs: Number.POSITIVE_INFINITY }))], presentSinceMs: deployedMs }
}

/** Rules are drawn on no more than some thousand decisions of the rehearsal: every so many-th. */
const thinned = (all: readonly Decided[]): readonly Decided[] => {
  const step = Math.ceil(all.length / 2_500)
  return all.filter((_, at) => at % step === 0)
}

const rulesOf = (from: Draw, ref: ScenarioRef, options: WorldOptions, documented: Documented): readonly PlantedRule[] => {
  const facts = factsOfDomain(options.domain, options.columns)
  if (ref.group === 'null') return []
  const count = ref.group === 'mirrored' ? 1 : from.pick([0, 0, 0, 1, 1, 2, 2, 3, 4, 6, 9, 12])
  if (count === 0) return []
  const rehearsal = simulate({ ...options, seed: options.seed + 1, noiseShare: 0 })
  const common: Omit<PlantOptions, 'from' | 'count' | 'kinds' | 'outside'> = {
    domain: options.domain,
    facts,
    sample: thinned(withHistory(rehearsal.decided, [options.domain.roles.customer])),
    on: ref.group === 'mirrored' ? 'read' : documented === 'all' ? 'any' : 'unread',
    shareFrom: Math.max(0.002, 12 / options.decisions),
    shareTo: 0.08,
  }
  const outside = ref.group === 'mirrored' || !from.chance(0.2) ? 0 : 1
  const kinds = ref.group === 'mirrored' ? 'all' : isHeldOut(ref.group) ? 'held-out' : 'dev'
  const rules = plantRules({ ...common, from, count, kinds, outside })
  // Drawn apart, so that all else stays as it was.
  const choosing = draw(options.seed, 'choices')
  if (kinds !== 'dev' || options.domain.state.choice === undefined || !choosing.chance(0.5)) return rules
  return plantRules({ ...common, from: choosing, count: 1, kinds: 'choices', outside: 0, before: rules })
}

const captureOf = (from: Draw, group: Group): Capture => {
  if (!group.endsWith('faulty')) return { missingShare: 0, clockErrorMs: 0 }
  return from.chance(0.5)
    ? { missingShare: from.pick([0.01, 0.03, 0.05]), clockErrorMs: 0 }
    : { missingShare: 0, clockErrorMs: from.pick([20, 60, 100]) }
}

/** The whole scenario, with everything that happened in it: the same on every machine. */
export const openScenario = (ref: ScenarioRef): Scenario => {
  // Both of a mirrored pair have the same rules and businesses, and each its own traffic.
  const drawSeed = ref.group === 'mirrored' ? seedOf({ group: ref.group, index: ref.index - (ref.index % 2) }) : seedOf(ref)
  const from = draw(drawSeed, 'scenario')
  const domain = domainOf(from, ref.group)
  const planned = optionsOf(ref, drawSeed, domain)
  const documented: Documented =
    ref.group === 'mirrored'
      ? 'nothing'
      : ref.group === 'null'
        ? from.pick(['all', 'nothing'])
        : from.pick(['all', 'all', 'all', 'all', 'part', 'nothing', 'nothing'])
  const rules = rulesOf(from, ref, planned, documented)
  const { bugs, presentSinceMs } = bugsOf(from, ref, planned, documented)
  const settlesMs = 5_000
  const heldOut = isHeldOut(ref.group) || (ref.group === 'null' && ref.index % 2 === 1)
  const options: WorldOptions = { ...planned, seed: seedOf(ref), rules }
  const world = simulate(options)
  const feeds = Object.fromEntries([
    [domain.state.projection, feedOf(from, options, 'state', heldOut)] as const,
    ...domain.references.map((each) => [each.projection, feedOf(from, options, 'reference', heldOut)] as const),
  ])
  const freshMs = Object.fromEntries([
    [domain.state.projection, settlesMs] as const,
    ...domain.references.map((each) => [each.projection, from.pick([60_000, 900_000, 26 * 3_600_000])] as const),
  ])
  const arrivals = Object.fromEntries(Object.entries(feeds).map(([projection, feed]) => [projection, deliver(world, projection, feed)]))
  const facts = factsOfDomain(domain, options.columns)
  return {
    ref,
    name: `${ref.group}-${ref.index}`,
    seed: options.seed,
    options,
    world,
    facts,
    feeds,
    view: { arrivals, bugs, presentSinceMs, freshMs },
    settlesMs,
    documented,
    capture: captureOf(from, ref.group),
    evident: new Set(rules.filter((rule) => looksElsewhere(rule, facts, domain)).map(({ id }) => id)),
    mirrored: ref.group === 'mirrored' ? (ref.index % 2 === 0 ? 'rule' : 'defect') : null,
  }
}

/** The same scenario in other weeks of the same kind, without noise: what a found rule is judged on. */
export const freshWorld = (scenario: Scenario, round: number): World =>
  simulate({ ...scenario.options, seed: scenario.seed + 1_000_003 * (round + 1), noiseShare: 0 })
