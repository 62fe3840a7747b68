import type { Rounding } from '../../model/hidden-rule.ts'
import { clean, roundTo, scaled } from '../rounding.ts'
import type { Cast } from './ballots.ts'

const plainFactors = [
  1 / 2,
  1 / 3,
  2 / 3,
  1 / 4,
  3 / 4,
  0.9,
  0.8,
  0.7,
  0.6,
  0.4,
  0.3,
  0.2,
  0.1,
  0.95,
  1.1,
  1.2,
  1.25,
  1.5,
  2,
  3,
  6,
  10,
  12,
  100,
  1000,
]
/** Whole percents, for money only: small whole numbers would satisfy many of them. */
const percents = Array.from({ length: 199 }, (_, i) => (i + 1) / 100)
const multiples = [2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 16, 18, 20, 24, 25, 30, 36, 48, 50, 60, 100, 144, 250, 500, 1000]
const units = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 50, 100]
const modes: readonly Rounding[] = ['down', 'up', 'half-up', 'half-even', 'half-down']
const moduli = [100, 256, 1000, 10_000, 32_768, 65_536, 100_000]

/** What leads from the candidate's number to the legacy's, with constants alone. */
export const voteNumber = (cast: Cast, path: string, mine: number, theirs: number): void => {
  const delta = clean(theirs - mine)
  if (theirs !== 0) {
    if (theirs < mine) cast(`min ${theirs}`, 6, () => ({ kind: 'min', path, value: theirs }))
    else cast(`max ${theirs}`, 6, () => ({ kind: 'max', path, value: theirs }))
    cast(`add ${delta}`, 6, () => ({ kind: 'add', path, value: delta }))
  }
  if (theirs !== 0) voteFactors(cast, path, mine, theirs)
  if (theirs < mine && theirs > 0) {
    for (const multiple of multiples) {
      if (Math.floor(mine / multiple) * multiple === theirs) cast(`round ${multiple}`, 7, () => ({ kind: 'round-down', path, multiple }))
    }
    for (const modulus of moduli) if (mine % modulus === theirs) cast(`wrap ${modulus}`, 7, () => ({ kind: 'wrap', path, modulus }))
  }
  voteRoundings(cast, path, mine, theirs)
}

const voteFactors = (cast: Cast, path: string, mine: number, theirs: number): void => {
  for (const factor of plainFactors)
    if (scaled(mine, factor) === theirs) cast(`scale ${factor}`, 8, () => ({ kind: 'scale', path, factor }))
  if (Number.isInteger(mine) || Math.abs(mine) < 1) return
  for (const factor of percents) {
    if (!plainFactors.includes(factor) && scaled(mine, factor) === theirs)
      cast(`scale ${factor}`, 10, () => ({ kind: 'scale', path, factor }))
  }
}

const voteRoundings = (cast: Cast, path: string, mine: number, theirs: number): void => {
  const away = Math.abs(theirs - mine)
  for (const unit of units) {
    // Whole numbers below their unit: `round-down` says that.
    if (away > unit || theirs === 0) continue
    for (const mode of modes) {
      if (mode === 'down' && Number.isInteger(mine) && unit > 1) continue
      if (roundTo(mine, unit, mode) === theirs) cast(`round ${unit} ${mode}`, 8, () => ({ kind: 'round', path, feature: null, unit, mode }))
    }
  }
}
