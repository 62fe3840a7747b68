import type { PairedDecision } from '../../model/paired-decision.ts'
import { binomialTail } from '../../model/statistics.ts'
import type { Data } from '../../model/value.ts'
import type { Evidence } from '../../model/verdict.ts'
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

const bestPattern = (
  members: readonly Member[],
  others: readonly Leaves[],
): { readonly evidence: Evidence; readonly carriers: readonly Member[] } | null => {
  if (others.length < fewest) return null
  const edges = edgesOf(others)
  const mine = new Map<string, Member[]>()
  for (const member of members) for (const name of namesOf(member.leaves, edges)) listIn(mine, name).push(member)
  const theirs = new Map<string, number>()
  for (const other of others) for (const name of namesOf(other, edges)) theirs.set(name, (theirs.get(name) ?? 0) + 1)
  let best: { readonly name: string; readonly base: number; readonly chance: number } | null = null
  for (const [name, { length: hits }] of mine) {
    if (hits < enough * members.length) continue
    const base = ((theirs.get(name) ?? 0) + 1) / (others.length + 2)
    if (hits / members.length < fewestLift * base) continue
    const chance = binomialTail(hits, members.length, base) * mine.size
    if (best === null || chance < best.chance) best = { name, base, chance }
  }
  if (best === null || best.chance > luck) return null
  const { name, base } = best
  const carriers = mine.get(name) ?? []
  const words = `${carriers.length} of ${members.length} of these decisions have ${name}, and ${(100 * base).toFixed(1)} % of the others with such an answer: it is no accident, though no short rule says it.`
  const data = { what: name, members: members.length, hits: carriers.length, others: others.length }
  return { evidence: { test: 'pattern', words, data }, carriers }
}

const answerKind = ({ verdict }: PairedDecision): string => {
  const said = verdict?.asOf.observation
  return said?.kind === 'decided' ? stratumOf(said.answer) : (said?.kind ?? '')
}

type Leaves = ReadonlyMap<string, string | number>

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
const edgesOf = (others: readonly Leaves[]): ReadonlyMap<string, readonly number[]> => {
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
