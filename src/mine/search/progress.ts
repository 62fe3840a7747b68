import type { RuleEffect } from '../../model/hidden-rule.ts'
import { fit } from '../fit.ts'
import type { Unless } from '../unless.ts'
import type { Arm } from './arm.ts'
import { extraFieldBits } from './arm.ts'
import type { Archive, Sample } from './sample.ts'

/** Positives of which nothing could be made, and how many places the effect names that was tried on them. */
export interface Barren {
  readonly positives: Int32Array
  readonly places: number
}

/** How far the search has come. */
export interface Search {
  readonly archive: Archive
  readonly sample: Sample
  /** What is looked for is behind these. */
  readonly unless: Unless
  /** Mismatches that an accepted rule foretells, by the sample's rows and by the archive's. */
  readonly explained: Uint8Array
  readonly explainedAll: Uint8Array
  /** Sets of positives of which nothing could be made; other effects that fit the same decisions need not try. */
  readonly hopeless: Set<string>
  readonly barren: Barren[]
}

/** Bits that a rule saves for each decision which it foretells: no draft can save more than this for every open one. */
export const foretoldBits = (effect: RuleEffect, archive: Archive): number =>
  Math.log2(archive.split.train.length) + 4 + extraFieldBits * (effect.length - 1)

/** Those of its positives that nothing foretells yet. */
export const openRows = ({ fits, hidden }: Arm, { explained, sample: { mismatches } }: Search): Int32Array => {
  const open = new Int32Array(mismatches.length)
  let count = 0
  for (let i = 0; i < mismatches.length; i++) {
    const row = mismatches[i] ?? 0
    if (fits[row] === fit.fits && explained[row] === 0 && hidden[row] === 0) open[count++] = row
  }
  return open.subarray(0, count)
}

/** Counts anew what the arm has to explain. */
export const bounded = (arm: Arm, search: Search): void => {
  const open = openRows(arm, search)
  arm.open = open.length
  arm.key = keyOf(open)
  arm.bound = Math.min(arm.bound, arm.open * search.sample.positiveWeight * foretoldBits(arm.candidate.effect, search.archive))
}

const keyOf = (rows: Int32Array): string => {
  let [a, b] = [rows.length, 0x9e3779b9]
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] ?? 0
    a = (Math.imul(a, 31) + row) | 0
    b = Math.imul(b ^ row, 0x85ebca6b) ^ (b >>> 15)
  }
  return `${a} ${b}`
}
