import type { AsOfAnswer, LiveDecision } from '../../model/decision.ts'
import type { RecordedRead } from '../../model/read.ts'
import type { Data } from '../../model/value.ts'
import type { RelatedRows } from './related-rows.ts'

type Facts = Record<string, Data>

const isScalar = (data: Data): boolean => data === null || typeof data !== 'object' || data instanceof Uint8Array

const addScalars = (facts: Facts, prefix: string, data: Data): void => {
  if (isScalar(data)) facts[prefix] = data
  else if (Array.isArray(data)) facts[`${prefix}.count`] = data.length
  else for (const [name, value] of Object.entries(data as { readonly [name: string]: Data })) addScalars(facts, `${prefix}.${name}`, value)
}

const numberOf = (data: Data | undefined): number | null => {
  if (typeof data === 'number') return data
  if (typeof data === 'bigint') return Number(data)
  return null
}

/** A group is told by its size and by the sum and the largest of each number in it. */
const addGroup = (facts: Facts, read: RecordedRead): void => {
  const prefix = `read.${read.projection}`
  facts[`${prefix}.count`] = read.entries.length
  const totals = new Map<string, { sum: number; max: number }>()
  for (const entry of read.entries) {
    if (entry.value === null || typeof entry.value !== 'object') continue
    for (const [name, value] of Object.entries(entry.value as { readonly [name: string]: Data })) {
      const number = numberOf(value)
      if (number === null) continue
      const total = totals.get(name) ?? { sum: 0, max: Number.NEGATIVE_INFINITY }
      totals.set(name, { sum: total.sum + number, max: Math.max(total.max, number) })
    }
  }
  for (const [name, total] of totals) {
    facts[`${prefix}.sum.${name}`] = total.sum
    facts[`${prefix}.max.${name}`] = total.max
  }
}

const addReads = (facts: Facts, reads: readonly RecordedRead[]): void => {
  const seen = new Set<string>()
  for (const read of reads) {
    // Only the first read of a projection has the same meaning in every decision.
    if (seen.has(read.projection)) continue
    seen.add(read.projection)
    if (read.kind === 'group') addGroup(facts, read)
    else addScalars(facts, `read.${read.projection}`, read.entries[0]?.value ?? null)
  }
}

/**
 * Everything that was known before the legacy decided, as named columns: the trigger, what the candidate read as of
 * then and what it answered, the rows behind the trigger. Nothing of the legacy's outcome is in it.
 */
export const factsOf = (live: LiveDecision, asOf: AsOfAnswer, related: RelatedRows): Readonly<Record<string, Data>> => {
  const facts: Facts = {}
  addScalars(facts, 'trigger', live.trigger.data)
  addReads(facts, asOf.reads)
  if (asOf.observation.kind === 'decided') addScalars(facts, 'candidate', asOf.observation.answer)
  for (const [table, row] of related) for (const [column, value] of Object.entries(row)) facts[`${table}.${column}`] = value
  return facts
}
