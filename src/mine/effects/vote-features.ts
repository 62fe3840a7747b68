import type { Rounding } from '../../model/hidden-rule.ts'
import type { NumberColumn } from '../features/feature.ts'
import { clean, roundTo } from '../rounding.ts'
import type { AnswerPath } from '../table/answers.ts'
import type { Cast } from './ballots.ts'

interface Vote {
  readonly cast: Cast
  readonly path: string
  readonly mine: number
  readonly theirs: number
  readonly row: number
  readonly features: readonly NumberColumn[]
  readonly values: readonly Float64Array[]
}

const modes: readonly Rounding[] = ['down', 'up', 'half-up', 'half-even', 'half-down']
const units = [0.01, 0.1, 1]

/** What leads from the candidate's number to the legacy's by the number in another column. */
export const voteByFeatures = (vote: Vote): void => {
  const { theirs, row, features, values, path, mine } = vote
  if (theirs === 0) return
  for (const [i, column] of features.entries()) {
    const other = values[i]?.[row] ?? Number.NaN
    // The candidate's own number says nothing new.
    if (Number.isNaN(other) || column.name === `candidate${path}` || other === mine) continue
    const bits = 5 + Math.log2(features.length + 1) + column.bits
    if (other === theirs) voteCopies(vote, column.name, bits)
    else voteMade(vote, column.name, other, bits)
  }
}

const voteCopies = ({ cast, path, mine, theirs }: Vote, feature: string, bits: number): void => {
  cast(`copy ${feature}`, bits, () => ({ kind: 'copy', path, feature }))
  if (theirs < mine) cast(`min-feature ${feature}`, bits, () => ({ kind: 'min-feature', path, feature }))
  else cast(`max-feature ${feature}`, bits, () => ({ kind: 'max-feature', path, feature }))
}

const voteMade = ({ cast, path, mine, theirs }: Vote, feature: string, other: number, bits: number): void => {
  if (theirs < mine && other > 1 && clean(Math.floor(mine / other) * other) === theirs)
    cast(`multiple ${feature}`, bits + 1, () => ({ kind: 'multiple-of', path, feature }))
  const delta = clean(theirs - mine)
  if (delta === clean(other) || delta === clean(-other)) {
    const times = delta === clean(other) ? 1 : -1
    const unit = Number.isInteger(theirs) && Number.isInteger(mine) ? 1 : 0.01
    cast(`add-feature ${times} ${feature}`, bits + 1, () => ({
      kind: 'linear',
      path,
      factor: 1,
      feature,
      times,
      plus: 0,
      unit,
      mode: 'half-up',
    }))
  }
  voteShare({ cast, path, theirs }, feature, other, bits)
  if (!Number.isInteger(other)) voteRounded({ cast, path, theirs }, feature, other, bits)
  const unit = Number.isInteger(theirs) && Number.isInteger(mine) ? 1 : 0.01
  for (const divide of [false, true]) {
    const made = divide ? mine / other : mine * other
    if (other !== 0 && other !== 1 && Math.abs(made - theirs) <= unit && roundTo(made, unit, 'half-up') === theirs)
      cast(`by ${divide} ${unit} ${feature}`, bits + 2, () => ({ kind: 'by-feature', path, feature, divide, unit, mode: 'half-up' }))
  }
}

/** Whole percents of the column; of small numbers too many would come out. */
const voteShare = ({ cast, path, theirs }: Pick<Vote, 'cast' | 'path' | 'theirs'>, feature: string, other: number, bits: number): void => {
  if (Math.abs(theirs) < 5 || other === 0) return
  const times = Math.round((theirs / other) * 100) / 100
  const unit = Number.isInteger(theirs) && Number.isInteger(other) ? 1 : 0.01
  if (times <= 0 || times === 1 || times > 3 || roundTo(other * times, unit, 'half-up') !== theirs) return
  cast(`share ${times} ${feature}`, bits + 5, () => ({ kind: 'linear', path, factor: 0, feature, times, plus: 0, unit, mode: 'half-up' }))
}

const voteRounded = (
  { cast, path, theirs }: Pick<Vote, 'cast' | 'path' | 'theirs'>,
  feature: string,
  other: number,
  bits: number,
): void => {
  for (const unit of units) {
    if (Math.abs(other - theirs) > unit) continue
    for (const mode of modes) {
      if (roundTo(other, unit, mode) === theirs)
        cast(`rounded ${unit} ${mode} ${feature}`, bits + 3, () => ({ kind: 'round', path, feature, unit, mode }))
    }
  }
}

const maxOffsetRows = 400

/** A column with the same constant added everywhere (or taken off). Of a few rows only: each row has a constant of its own. */
export const voteOffsets = (
  cast: Cast,
  path: AnswerPath,
  rows: readonly number[],
  features: readonly NumberColumn[],
  values: readonly Float64Array[],
): void => {
  // Nothing at all is what a refusal leaves, not what was calculated.
  const telling = rows.filter((row) => path.numbers[path.legacy[row] ?? 0] !== 0)
  const stride = Math.max(1, Math.ceil(telling.length / maxOffsetRows))
  const some = telling.filter((_, i) => i % stride === 0)
  for (const [i, column] of features.entries()) {
    if (column.name === `candidate${path.path}`) continue
    const offsets = new Map<number, number>()
    for (const row of some) {
      const offset = clean((path.numbers[path.legacy[row] ?? 0] ?? Number.NaN) - (values[i]?.[row] ?? Number.NaN))
      if (!Number.isNaN(offset) && offset !== 0) offsets.set(offset, (offsets.get(offset) ?? 0) + 1)
    }
    for (const [plus, count] of offsets) {
      if (count < 5 || count < 0.02 * some.length) continue
      const unit = Number.isInteger(plus) ? 1 : 0.01
      for (let vote = 0; vote < count * stride; vote++)
        cast(`offset ${plus} ${column.name}`, 9 + Math.log2(features.length + 1) + column.bits, () => ({
          kind: 'linear',
          path: path.path,
          factor: 0,
          feature: column.name,
          times: 1,
          plus,
          unit,
          mode: 'half-up',
        }))
    }
  }
}
