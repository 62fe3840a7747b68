import { encode } from '../../model/canonical.ts'
import type { Data } from '../../model/value.ts'

const maxCases = 2_000

/**
 * For a fact, the other facts that have the same value in every case: whoever looks at one of them knows it. Facts that never change
 * are no aliases of each other.
 */
export const aliasesIn = (cases: readonly { readonly facts: Readonly<Record<string, Data>> }[]): ((fact: string) => readonly string[]) => {
  const step = Math.max(1, Math.ceil(cases.length / maxCases))
  const rows = cases.filter((_, index) => index % step === 0).map(({ facts }) => facts)
  const known = new Map<string, readonly string[]>()
  return (fact) => {
    let found = known.get(fact)
    if (found === undefined) {
      found = aliasesOf(fact, rows)
      known.set(fact, found)
    }
    return found
  }
}

const aliasesOf = (fact: string, rows: readonly Readonly<Record<string, Data>>[]): readonly string[] => {
  const mine = rows.map((row) => textOf(row[fact]))
  if (new Set(mine).size < 2) return []
  const others = new Set(rows.flatMap((row) => Object.keys(row)))
  others.delete(fact)
  return [...others].filter((other) => rows.every((row, index) => textOf(row[other]) === mine[index]))
}

/** Codes are padded in one place and trimmed in another; 5 and 5n are one number. */
const textOf = (value: Data | undefined): string => {
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return value.trimEnd()
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : encode(value)
}
