import type { Literal } from '../model/hidden-rule.ts'
import { countRows, rowsThat } from './counting.ts'
import { drafted } from './drafted.ts'
import type { CategoryColumn } from './features/feature.ts'
import { fit } from './fit.ts'
import { mergedRows, nearRows } from './near.ts'
import type { Draft } from './search/draft.ts'
import type { Archive } from './search/sample.ts'

const mostRows = 300_000
const mostLabels = 64
/** So much better has the other column to be, where an exception counts twice. */
const leastBetter = 3

/**
 * The draft with the column that is meant, where it was told by one that goes mostly with it: what speaks for either shows only once the
 * decisions of the rules before it are left out. What others foretell speaks for no column.
 */
export const unconfounded = (draft: Draft, others: readonly Draft[], archive: Archive): Draft => {
  if (draft.unless.length === 0 || archive.split.all.length > mostRows) return draft
  const free = draft.fits.slice()
  for (const other of others) for (const row of foretoldBy(other)) if (free[row] === fit.fits) free[row] = fit.notAtRisk
  const data = { fits: free, archive }
  return draft.predicate.reduce((said, literal) => (said.predicate.includes(literal) ? swapped(said, literal, data) : said), draft)
}

const foretoldBy = ({ fits, trial: { rows } }: Draft): Int32Array => rowsThat(fits, rows, fit.fits)

interface Freed {
  /** Without what others foretell. */
  readonly fits: Uint8Array
  readonly archive: Archive
}

/** So much of what the draft foretells has to be foretold still. */
const leastKept = 0.85

const worthOf = ({ fits, breaks }: { readonly fits: number; readonly breaks: number }): number => fits - 2 * breaks

const swapped = (draft: Draft, literal: Literal, { fits, archive }: Freed): Draft => {
  const { features, split } = archive
  if (literal.kind !== 'in' || features.byName.get(literal.feature)?.kind !== 'category') return draft
  const near = nearRows(draft.predicate, features, split.all)
  const rows = mergedRows(near.inside, near.but[draft.predicate.indexOf(literal)] ?? new Int32Array(0))
  const now = countRows(fits, draft.trial.rows)
  let best: { readonly literal: Literal; readonly worth: number } | null = null
  for (const column of features.columns) {
    if (column.kind !== 'category' || column.labels.length > mostLabels) continue
    if (draft.predicate.some(({ feature }) => feature === column.name)) continue
    const tried = bestLabels(column, rows, fits, archive)
    if (tried.literal === null || tried.breaks > now.breaks || tried.fits < now.fits) continue
    const worth = worthOf(tried)
    if (worth >= worthOf(now) + leastBetter && worth > (best?.worth ?? 0)) best = { literal: tried.literal, worth }
  }
  if (best === null) return draft
  const meant = best.literal
  const said = drafted(draft, { predicate: draft.predicate.map((one) => (one === literal ? meant : one)) }, archive)
  const known = new Set(foretoldBy(said))
  const own = foretoldBy(draft)
  const isKept = own.filter((row) => known.has(row)).length >= leastKept * own.length
  return isKept && said.trial.failed === null ? said : draft
}

interface Labels {
  readonly literal: Literal | null
  readonly fits: number
  readonly breaks: number
}

/** The labels that speak for the draft, as one condition. */
const bestLabels = (column: CategoryColumn, rows: Int32Array, fits: Uint8Array, { features }: Archive): Labels => {
  const codes = features.codesAt(column, rows)
  const sides = [0, 1, 2, 3].map(() => new Int32Array(column.labels.length + 1))
  for (let i = 0; i < rows.length; i++) {
    const side = sides[fits[rows[i] ?? 0] ?? fit.notAtRisk]
    const code = codes[i] ?? 0
    if (side !== undefined) side[code] = (side[code] ?? 0) + 1
  }
  const count = (what: number, code: number): number => sides[what]?.[code] ?? 0
  const kept = column.labels.flatMap((_, i) => (count(fit.fits, i + 1) > 2 * count(fit.breaks, i + 1) ? [i + 1] : []))
  if (kept.length === 0 || kept.length === column.labels.length) return { literal: null, fits: 0, breaks: 0 }
  const sum = (what: number): number => kept.reduce((total, code) => total + count(what, code), 0)
  const values = kept.map((code) => column.labels[code - 1] ?? '')
  return { literal: { kind: 'in', feature: column.name, values }, fits: sum(fit.fits), breaks: sum(fit.breaks) }
}
