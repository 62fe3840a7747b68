import type { AsOfAnswer, LiveDecision } from '../../model/decision.ts'
import type { RecordedRead } from '../../model/read.ts'
import type { Data } from '../../model/value.ts'
import type { RelatedRows } from './related-rows.ts'

/** Takes one named fact after the other; a name that comes again means the same fact, the last value counts. */
export type Tell = (name: string, value: Data) => void

const isScalar = (data: Data): boolean => data === null || typeof data !== 'object' || data instanceof Uint8Array

const maxNames = 10_000

/** `{prefix}.{name}`, the same text object each time: a million facts have but a hundred names. */
const joined = ((): ((prefix: string, name: string) => string) => {
  const known = new Map<string, Map<string, string>>()
  let count = 0
  return (prefix, name) => {
    let names = known.get(prefix)
    const made = names?.get(name)
    if (made !== undefined) return made
    const text = `${prefix}.${name}`
    if (count++ >= maxNames) return text
    if (names === undefined) {
      names = new Map()
      known.set(prefix, names)
    }
    names.set(name, text)
    return text
  }
})()

const tellScalars = (tell: Tell, prefix: string, data: Data): void => {
  if (isScalar(data)) tell(prefix, data)
  else if (Array.isArray(data)) tell(joined(prefix, 'count'), data.length)
  else {
    const record = data as { readonly [name: string]: Data }
    for (const name of Object.keys(record)) tellScalars(tell, joined(prefix, name), record[name] ?? null)
  }
}

const numberOf = (data: Data | undefined): number | null => {
  if (typeof data === 'number') return data
  if (typeof data === 'bigint') return Number(data)
  return null
}

/** A group is told by its size and by the sum and the largest of each number in it. */
const tellGroup = (tell: Tell, read: RecordedRead): void => {
  const prefix = joined('read', read.projection)
  tell(joined(prefix, 'count'), read.entries.length)
  const totals = new Map<string, { sum: number; max: number }>()
  for (const { value } of read.entries) {
    if (value === null || typeof value !== 'object') continue
    const record = value as { readonly [name: string]: Data }
    for (const name of Object.keys(record)) {
      const number = numberOf(record[name])
      if (number === null) continue
      const total = totals.get(name)
      if (total === undefined) totals.set(name, { sum: number, max: number })
      else {
        total.sum += number
        total.max = Math.max(total.max, number)
      }
    }
  }
  for (const [name, { sum, max }] of totals) {
    tell(joined(joined(prefix, 'sum'), name), sum)
    tell(joined(joined(prefix, 'max'), name), max)
  }
}

const tellReads = (tell: Tell, reads: readonly RecordedRead[]): void => {
  const seen = new Set<string>()
  for (const read of reads) {
    // Only the first read of a projection has the same meaning in every decision.
    if (seen.has(read.projection)) continue
    seen.add(read.projection)
    if (read.kind === 'group') tellGroup(tell, read)
    else tellScalars(tell, joined('read', read.projection), read.entries[0]?.value ?? null)
  }
}

/**
 * Tells everything that was known before the legacy decided, as named columns: the trigger, what the candidate read as of
 * then and what it answered, the rows behind the trigger. Nothing of the legacy's outcome is in it.
 */
export const tellFacts = (tell: Tell, live: LiveDecision, asOf: AsOfAnswer, related: RelatedRows): void => {
  tellScalars(tell, 'trigger', live.trigger.data)
  tellReads(tell, asOf.reads)
  if (asOf.observation.kind === 'decided') tellScalars(tell, 'candidate', asOf.observation.answer)
  for (const [table, row] of related) for (const column of Object.keys(row)) tell(joined(table, column), row[column] ?? null)
}

/** All of {@link tellFacts}, by name. */
export const factsOf = (live: LiveDecision, asOf: AsOfAnswer, related: RelatedRows): Readonly<Record<string, Data>> => {
  const facts: Record<string, Data> = {}
  tellFacts((name, value) => (facts[name] = value), live, asOf, related)
  return facts
}
