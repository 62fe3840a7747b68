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

/**
 * Do these decisions have something in common that others with the same answer of the candidate have not? Slips and chance
 * strike anywhere; what strikes some kinds of cases only has a reason, even where no short rule says it. Null: nothing is seen.
 */
export const createPatterns = (agreements: readonly PairedDecision[]): ((members: readonly PairedDecision[]) => Evidence | null) => {
  // Agreements are looked at once for every group of members.
  const byKind = new Map<string, Leaves[]>()
  let isRead = false
  const othersOf = (strata: ReadonlySet<string>): readonly Leaves[] => {
    if (!isRead) for (const one of agreements) listIn(byKind, answerKind(one)).push(leavesOf(one))
    isRead = true
    return [...strata].flatMap((kind) => byKind.get(kind) ?? [])
  }
  return (members) => (members.length < fewest ? null : bestPattern(members.map(leavesOf), othersOf(new Set(members.map(answerKind)))))
}

const listIn = <T>(lists: Map<string, T[]>, name: string): T[] => {
  const known = lists.get(name)
  if (known !== undefined) return known
  const list: T[] = []
  lists.set(name, list)
  return list
}

const bestPattern = (members: readonly Leaves[], others: readonly Leaves[]): Evidence | null => {
  if (others.length < fewest) return null
  const edges = edgesOf(others)
  const [mine, theirs] = [tallied(members, edges), tallied(others, edges)]
  let best: { readonly name: string; readonly hits: number; readonly base: number; readonly chance: number } | null = null
  for (const [name, hits] of mine) {
    if (hits < enough * members.length) continue
    const base = ((theirs.get(name) ?? 0) + 1) / (others.length + 2)
    if (hits / members.length < fewestLift * base) continue
    const chance = binomialTail(hits, members.length, base) * mine.size
    if (best === null || chance < best.chance) best = { name, hits, base, chance }
  }
  if (best === null || best.chance > luck) return null
  const { name, hits, base } = best
  return {
    test: 'pattern',
    words: `${hits} of ${members.length} of these decisions have ${name}, and ${(100 * base).toFixed(1)} % of the others with such an answer: it is no accident, though no short rule says it.`,
    data: { what: name, members: members.length, hits, others: others.length },
  }
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

const tallied = (decisions: readonly Leaves[], edges: ReadonlyMap<string, readonly number[]>): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const one of decisions) {
    for (const [name, value] of one) {
      const said = typeof value === 'number' ? rangeOf(value, edges.get(name) ?? []) : `= ${value}`
      const key = `${name} ${said}`
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
  }
  return counts
}

const rangeOf = (value: number, cuts: readonly number[]): string => {
  const place = cuts.findIndex((cut) => value < cut)
  if (place === 0) return `below ${cuts[0]}`
  return place < 0 ? `from ${cuts.at(-1) ?? 'any'} on` : `from ${cuts[place - 1]} to ${cuts[place]}`
}
