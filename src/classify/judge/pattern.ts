import type { PairedDecision } from '../../model/paired-decision.ts'
import { binomialTail } from '../../model/statistics.ts'
import type { Data } from '../../model/value.ts'
import type { Evidence } from '../../model/verdict.ts'
import { ownerDecides } from './clue.ts'
import { stratumOf } from './residue-record.ts'

/** Members that must have something in common, and how much more often than others. */
const fewest = 6
const enough = 0.3
const fewestLift = 2
/** Chance of it over all that is tried. */
const luck = 1e-4
const maxText = 24
const maxFeatures = 400
const buckets = 8

/** What the decision has in common with others; null: nothing that would be no accident. */
export type PatternFor = (id: string) => Evidence | null

/** So large a share that carries some pattern speaks for those, too, that were not looked at. */
const nearlyAll = 0.95
const maxPatterns = 4
/** A pattern is sharpened by what so large a share of those that have it have besides. */
const most = 0.75
const mostNames = 3

/**
 * Do these decisions have something in common that others with the same answer of the candidate have not? Slips and chance
 * strike anywhere; what strikes some kinds of cases only has a reason, even where no short rule says it. It is told of those that have it
 * in common: among the others may be slips. `kindOf`: what the answer would be if nothing were wrong; default: the candidate's.
 */
export const createPatterns = (
  agreements: readonly PairedDecision[],
): ((members: readonly PairedDecision[], kindOf?: (member: PairedDecision) => string) => PatternFor) => {
  // Agreements are looked at once for every group of members.
  const byKind = new Map<string, Leaves[]>()
  let isRead = false
  const othersOf = (strata: ReadonlySet<string>): readonly Leaves[] => {
    if (!isRead) for (const one of agreements) listIn(byKind, answerKind(one)).push(leavesOf(one))
    isRead = true
    return [...strata].flatMap((kind) => byKind.get(kind) ?? [])
  }
  return (members, kindOf = answerKind) => {
    if (members.length < fewest) return () => null
    const others = othersOf(new Set(members.map(kindOf)))
    const told = new Map<string, Evidence>()
    let left: readonly Member[] = members.map((one) => ({ id: one.live.id, leaves: leavesOf(one) }))
    for (let round = 0; round < maxPatterns && left.length >= fewest; round++) {
      const pattern = bestPattern(left, others)
      if (pattern === null) break
      for (const { id } of pattern.carriers) told.set(id, pattern.evidence)
      left = left.filter(({ id }) => !told.has(id))
    }
    const seen = new Set<string>(members.map(({ live }) => live.id))
    const [first] = told.values()
    const ofOthers = first !== undefined && told.size >= nearlyAll * members.length ? first : null
    return (id) => told.get(id) ?? (seen.has(id) ? null : ofOthers)
  }
}

interface Member {
  readonly id: string
  readonly leaves: Leaves
}

const listIn = <T>(lists: Map<string, T[]>, name: string): T[] => {
  const known = lists.get(name)
  if (known !== undefined) return known
  const list: T[] = []
  lists.set(name, list)
  return list
}

interface Pattern {
  readonly evidence: Evidence
  readonly carriers: readonly Member[]
}

const bestPattern = (members: readonly Member[], others: readonly Leaves[]): Pattern | null => {
  if (others.length < fewest) return null
  const edges = edgesOf(others)
  const first = unlikeliest(members, others, edges)
  if (first === null) return null
  // So many have nothing in common with the others but chance, and some of them what they are told by.
  const slips = (members.length - first.carriers.length) / (1 - first.share)
  let [names, found, share] = [[first.name], first, first.share]
  while (names.length < mostNames && found.carriers.length < members.length) {
    const next = sharper(found, edges)
    if (next === null) break
    names = [...names, next.name]
    share *= next.share
    found = next
  }
  const { carriers } = found
  // Where too many of those that have it in common may be slips that have it by accident, it decides nothing.
  if (share * slips > ownerDecides.from * carriers.length) return null
  const what = names.join(' and ')
  const words = `${carriers.length} of ${members.length} of these decisions have ${what}, and ${(100 * share).toFixed(1)} % of the others with such an answer: it is no accident, though no short rule says it.`
  const data = { what, members: members.length, hits: carriers.length, others: others.length }
  return { evidence: { test: 'pattern', words, data }, carriers }
}

interface Common {
  readonly name: string
  /** Of the others, how many have it. */
  readonly share: number
  readonly carriers: readonly Member[]
  readonly others: readonly Leaves[]
}

/** What they have in common that would be the greatest accident; null: nothing that were one. */
const unlikeliest = (members: readonly Member[], others: readonly Leaves[], edges: Edges): Common | null => {
  const { mine, theirs } = counted(members, others, edges)
  let best: { readonly name: string; readonly share: number; readonly chance: number } | null = null
  for (const [name, { length: hits }] of mine) {
    if (hits < enough * members.length) continue
    const share = shareOf(theirs.get(name), others.length)
    if (hits / members.length < fewestLift * share) continue
    const chance = binomialTail(hits, members.length, share) * mine.size
    if (best === null || chance < best.chance) best = { name, share, chance }
  }
  return best === null || best.chance > luck ? null : commonOf(best, mine, others, edges)
}

/** What most of those with a pattern have besides, and few of the others with it: slips are the fewer among them. */
const sharper = ({ carriers, others }: Common, edges: Edges): Common | null => {
  const { mine, theirs } = counted(carriers, others, edges)
  let best: { readonly name: string; readonly share: number } | null = null
  for (const [name, { length: hits }] of mine) {
    if (hits < most * carriers.length || hits < fewest) continue
    const share = shareOf(theirs.get(name), others.length)
    if (hits / carriers.length >= fewestLift * share && (best === null || share < best.share)) best = { name, share }
  }
  return best === null ? null : commonOf(best, mine, others, edges)
}

const counted = (
  members: readonly Member[],
  others: readonly Leaves[],
  edges: Edges,
): { readonly mine: ReadonlyMap<string, readonly Member[]>; readonly theirs: ReadonlyMap<string, number> } => {
  const mine = new Map<string, Member[]>()
  for (const member of members) for (const name of namesOf(member.leaves, edges)) listIn(mine, name).push(member)
  const theirs = new Map<string, number>()
  for (const other of others) for (const name of namesOf(other, edges)) theirs.set(name, (theirs.get(name) ?? 0) + 1)
  return { mine, theirs }
}

const shareOf = (hits = 0, all: number): number => (hits + 1) / (all + 2)

const commonOf = (
  { name, share }: Pick<Common, 'name' | 'share'>,
  mine: ReadonlyMap<string, readonly Member[]>,
  others: readonly Leaves[],
  edges: Edges,
): Common => ({
  name,
  share,
  carriers: mine.get(name) ?? [],
  others: others.filter((other) => namesOf(other, edges).some((one) => one === name)),
})

const answerKind = ({ verdict }: PairedDecision): string => {
  const said = verdict?.asOf.observation
  return said?.kind === 'decided' ? stratumOf(said.answer) : (said?.kind ?? '')
}

type Leaves = ReadonlyMap<string, string | number>
type Edges = ReadonlyMap<string, readonly number[]>

/** What was known before the decision, as named texts and numbers. */
const leavesOf = ({ live, legacy, verdict }: PairedDecision): Leaves => {
  const leaves = new Map<string, string | number>()
  addLeaves(leaves, live.trigger.data, 'trigger')
  for (const { projection, entries } of verdict?.asOf.reads ?? []) {
    if (!leaves.has(`read.${projection}#`)) addLeaves(leaves, entries[0]?.value ?? null, `read.${projection}`)
    leaves.set(`read.${projection}#`, entries.length)
  }
  const at = new Date(legacy.decidedAt ?? live.decidedAt)
  leaves.set('hour', String(at.getUTCHours()))
  leaves.set('weekday', String(at.getUTCDay()))
  leaves.set('day of the month', String(at.getUTCDate()))
  leaves.set('date', at.toISOString().slice(0, 10))
  leaves.set('time', at.getTime())
  return leaves
}

const addLeaves = (leaves: Map<string, string | number>, data: Data, path: string): void => {
  if (leaves.size >= maxFeatures) return
  if (data === null || typeof data === 'boolean') leaves.set(path, String(data))
  else if (typeof data === 'number' || typeof data === 'bigint') leaves.set(path, Number(data))
  else if (typeof data === 'string') leaves.set(path, /^-?\d+\.\d+$/.test(data) ? Number(data) : data.slice(0, maxText))
  else if (data instanceof Uint8Array) return
  else if (Array.isArray(data)) leaves.set(`${path}#`, data.length)
  else for (const [name, value] of Object.entries(data)) addLeaves(leaves, value, `${path}.${name}`)
}

/** Where numbers are cut, so that each part holds as many of the others. */
const edgesOf = (others: readonly Leaves[]): Edges => {
  const numbers = new Map<string, number[]>()
  for (const one of others) {
    for (const [name, value] of one) {
      if (typeof value !== 'number') continue
      const known = numbers.get(name)
      if (known === undefined) numbers.set(name, [value])
      else known.push(value)
    }
  }
  return new Map(
    [...numbers].map(([name, values]) => {
      const sorted = values.sort((a, b) => a - b)
      const cuts = Array.from({ length: buckets - 1 }, (_, at) => sorted[Math.floor(((at + 1) * sorted.length) / buckets)] ?? 0)
      return [name, [...new Set(cuts)]]
    }),
  )
}

function* namesOf(leaves: Leaves, edges: ReadonlyMap<string, readonly number[]>): Generator<string, undefined> {
  for (const [name, value] of leaves) yield `${name} ${typeof value === 'number' ? rangeOf(value, edges.get(name) ?? []) : `= ${value}`}`
}

const rangeOf = (value: number, cuts: readonly number[]): string => {
  const place = cuts.findIndex((cut) => value < cut)
  if (place === 0) return `below ${cuts[0]}`
  return place < 0 ? `from ${cuts.at(-1) ?? 'any'} on` : `from ${cuts[place - 1]} to ${cuts[place]}`
}
