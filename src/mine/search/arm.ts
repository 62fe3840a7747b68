import type { Literal } from '../../model/hidden-rule.ts'
import { rowsThat } from '../counting.ts'
import { effectCandidates } from '../effects/candidates.ts'
import type { EffectCandidate } from '../effects/candidates.ts'
import { fit, fitsOf } from '../fit.ts'
import type { Sample } from './sample.ts'

/** Each further field that an effect foretells saves stating it, in every decision. */
export const extraFieldBits = 2

/** One effect under search, over the rows of the sample. `hidden`: positives that it may not learn from again. */
export interface Arm {
  readonly candidate: EffectCandidate
  readonly fits: Uint8Array
  readonly hidden: Uint8Array
  found: Found | null
  dirty: boolean
  /** No draft can save more bits than this. */
  bound: number
  open: number
  /** Of the open positives. */
  key: string
  /** Decisions of the sample that speak against it, whatever the predicate. */
  readonly against: number
  failures: number
}

/** What was made of an arm's open positives. */
export interface Found {
  readonly predicate: readonly Literal[]
  readonly gain: number
  /** Of the positives that it was made of. */
  readonly key: string
}

/** Effects that another says better on the whole sample are left out: it fits all that they fit, and as little speaks against it. */
export const armsOf = (sample: Sample): readonly Arm[] => {
  const { mismatches } = sample
  const byFits = new Map<string, Arm>()
  for (const candidate of effectCandidates(sample.answers, sample.features, [...mismatches])) {
    const fits = fitsOf(candidate.effect, sample.answers, sample.features)
    const key = digestOf(fits)
    const known = byFits.get(key)
    if (known !== undefined && costOf(known.candidate) <= costOf(candidate)) continue
    const against = rowsThat(fits, sample.all, fit.breaks).length
    const hidden = new Uint8Array(fits.length)
    byFits.set(key, {
      candidate,
      fits,
      hidden,
      found: null,
      dirty: true,
      bound: Number.POSITIVE_INFINITY,
      open: 0,
      key,
      against,
      failures: 0,
    })
  }
  const arms = [...byFits.values()].map((arm) => ({ arm, ...bitsOf(arm, mismatches) }))
  return arms.filter((one) => !arms.some((other) => other !== one && dominates(other, one))).map(({ arm }) => arm)
}

const costOf = ({ bits, effect }: EffectCandidate): number => bits - extraFieldBits * effect.length

interface Weighed {
  readonly arm: Arm
  /** One bit for each mismatch that the effect fits. */
  readonly bits: Int32Array
  readonly fitting: number
}

const bitsOf = ({ fits }: Arm, mismatches: Int32Array): Pick<Weighed, 'bits' | 'fitting'> => {
  const bits = new Int32Array((mismatches.length + 31) >>> 5)
  let fitting = 0
  for (let i = 0; i < mismatches.length; i++) {
    if (fits[mismatches[i] ?? 0] !== fit.fits) continue
    bits[i >>> 5] = (bits[i >>> 5] ?? 0) | (1 << (i & 31))
    fitting++
  }
  return { bits, fitting }
}

const onesIn = (word: number): number => {
  const pairs = word - ((word >>> 1) & 0x55555555)
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

const dominates = ({ arm: better, ...mine }: Weighed, { arm: worse, ...theirs }: Weighed): boolean => {
  // Who foretells more places says more.
  if (better.candidate.effect.length < worse.candidate.effect.length) return false
  if (better.against > worse.against || costOf(better.candidate) > costOf(worse.candidate) + 3) return false
  if (mine.fitting < 0.98 * theirs.fitting) return false
  let both = 0
  for (let i = 0; i < mine.bits.length; i++) both += onesIn((mine.bits[i] ?? 0) & (theirs.bits[i] ?? 0))
  return both >= 0.98 * theirs.fitting && (mine.fitting > both || better.against < worse.against)
}

const digestOf = (fits: Uint8Array): string => {
  let [a, b] = [0, 0x9e3779b9]
  for (let i = 0; i < fits.length; i++) {
    const value = fits[i] ?? 0
    a = (Math.imul(a, 31) + value) | 0
    b = Math.imul(b ^ value, 0x85ebca6b) ^ (b >>> 15)
  }
  return `${a} ${b}`
}
