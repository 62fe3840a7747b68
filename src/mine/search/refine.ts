import type { Literal } from '../../model/hidden-rule.ts'
import { countRows, rowsThat } from '../counting.ts'
import { fit } from '../fit.ts'
import { rowsWhere } from '../predicate.ts'
import { sharpen } from '../sharpen.ts'
import type { Sharpening } from '../sharpen.ts'
import { beam } from './beam.ts'
import { gridOf } from './grid.ts'
import { toLiteral } from './code-literal.ts'
import type { Archive } from './sample.ts'

const mostRows = 6000
/** Beyond so many rows what needs a pass over all of them is left out. */
const mostCounted = 100_000
const least = { breaks: 4, share: 0.01, gain: 8 }

/**
 * Looks for what sets the counter-examples of a predicate apart, among all decisions on which it holds: the search saw only
 * a share of what speaks against it, and few counter-examples are left in so small a share.
 */
export const refine = (predicate: readonly Literal[], data: Sharpening, archive: Archive): readonly Literal[] => {
  const inside = rowsWhere(predicate, data.features, data.rows)
  const counts = countRows(data.fits, inside)
  if (counts.breaks < least.breaks || counts.breaks < least.share * counts.fits || counts.breaks > counts.fits) return predicate
  const positives = spread(rowsThat(data.fits, inside, fit.fits))
  const negatives = spread(rowsThat(data.fits, inside, fit.breaks))
  const rows = Int32Array.from([...positives, ...negatives]).sort()
  const places = new Map([...rows].map((row, place) => [row, place]))
  const agree = Uint8Array.from(rows, (row) => archive.answers.agree[row] ?? 0)
  const features = data.features.columns.flatMap((column) => {
    const feature = data.features.featureOf(column.name)
    return feature === undefined || (feature.dear === true && archive.split.all.length > mostCounted) ? [] : [feature]
  })
  const { grid } = gridOf(features, rows, agree)
  const placed = (some: Int32Array): Int32Array => some.map((row) => places.get(row) ?? 0)
  const weight = counts.breaks / negatives.length / (counts.fits / positives.length)
  const precise = beam(grid, { positives: placed(positives), negatives: placed(negatives), weight }, least.gain)
  if (precise === null) return predicate
  const more = precise.literals.flatMap((literal) => {
    const column = grid.columns[literal.feature]
    return column === undefined ? [] : [toLiteral(literal, column)]
  })
  const refined = sharpen([...predicate, ...more], data)
  const after = countRows(data.fits, rowsWhere(refined, data.features, data.rows))
  return after.fits >= 0.9 * counts.fits && after.fits - 2 * after.breaks > counts.fits - 2 * counts.breaks ? refined : predicate
}

const spread = (rows: Int32Array): Int32Array => {
  const stride = Math.max(1, rows.length / mostRows)
  return stride === 1 ? rows : Int32Array.from({ length: mostRows }, (_, i) => rows[Math.floor(i * stride)] ?? 0)
}
