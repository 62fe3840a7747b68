import type { Data } from '../../model/value.ts'
import { tableTail } from '../../model/statistics.ts'
import type { Clue } from './clue.ts'
import type { Cluster, ResidueRecord } from './residue-record.ts'
import type { World } from './world.ts'

/** Of the members, so many must carry the mark; of all that carry it, so many must be members. */
const enough = 0.5
const fewestOthers = 5
/** Chance of such a table by luck, over all that is tried. */
const luck = 1e-6

interface Mark {
  readonly column: string
  readonly value: string
  readonly members: number
  readonly others: number
}

/**
 * The legacy writes something with these answers that it does not write with other answers of the same kind: a reason code,
 * a hold flag. It knows that it does something special, so it means to.
 */
export const legacyWitness = ({ members }: Cluster, others: readonly ResidueRecord[], world: World): Clue | null => {
  const strata = new Set(members.map(({ stratum }) => stratum))
  const rest = others.filter(({ stratum }) => strata.has(stratum))
  let outside = rest.length
  const agreeing = [...strata].flatMap((stratum) => world.strata.get(stratum) ?? [])
  for (const { count } of agreeing) outside += count
  if (members.length === 0 || outside < fewestOthers) return null
  let tried = 0
  let best: (Mark & { readonly chance: number }) | null = null
  for (const [column, values] of tally(members)) {
    for (const [value, count] of values) {
      tried += 1
      const elsewhere =
        rest.filter(({ wrote }) => textOf(wrote[column] ?? null) === value).length +
        agreeing.reduce((sum, { columns }) => sum + (columns.get(column)?.get(value) ?? 0), 0)
      if (count < enough * members.length || count < enough * (count + elsewhere)) continue
      const chance = tableTail(count, { all: members.length + outside, marked: count + elsewhere, drawn: members.length })
      if (best === null || chance < best.chance) best = { column, value, members: count, others: elsewhere, chance }
    }
  }
  if (best === null || best.chance * tried > luck) return null
  const { column, value } = best
  return {
    side: 'hidden-rule',
    strength: 'strong',
    evidence: {
      test: 'legacy-witness',
      words: `The legacy marks these answers: ${column} is ${value} in ${best.members} of ${members.length}, and in ${best.others} of ${outside} other answers of the same kind.`,
      data: { column, value, members: best.members, of: members.length, others: best.others, ofOthers: outside },
    },
  }
}

const tally = (members: readonly ResidueRecord[]): ReadonlyMap<string, ReadonlyMap<string, number>> => {
  const columns = new Map<string, Map<string, number>>()
  for (const { wrote } of members) noteWritten(columns, wrote)
  return columns
}

/** Counts what was written, column by column. At most 64 values of a column: one with more is no mark. */
export const noteWritten = (columns: Map<string, Map<string, number>>, wrote: Readonly<Record<string, Data>>): void => {
  for (const [column, value] of Object.entries(wrote)) {
    const values = columns.get(column) ?? new Map<string, number>()
    columns.set(column, values)
    const text = textOf(value)
    const known = values.get(text)
    if (known !== undefined || values.size < maxValues) values.set(text, (known ?? 0) + 1)
  }
}

const maxValues = 64

const textOf = (value: Data): string => (value === null ? 'empty' : typeof value === 'string' ? `'${value}'` : String(value))
