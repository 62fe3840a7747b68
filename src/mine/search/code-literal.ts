import type { Literal } from '../../model/hidden-rule.ts'
import type { GridColumn } from './grid.ts'

/** A condition in grid codes: the bins that it accepts. `from` > `to` wraps around. */
export type CodeSpan =
  | { readonly kind: 'span'; readonly from: number; readonly to: number; readonly wraps: boolean }
  | { readonly kind: 'set'; readonly codes: readonly number[] }
  /** All but these; no value is none of them. */
  | { readonly kind: 'not'; readonly codes: readonly number[] }
  | { readonly kind: 'null' }
  | { readonly kind: 'given' }

export interface CodeLiteral {
  readonly feature: number
  readonly span: CodeSpan
  /** Description length, without the choice of the feature. */
  readonly bits: number
}

/** Who decides which conditions are written down. */
export interface Judge {
  /** Whether a condition that accepts so many positives and (unweighted) negatives, and costs so many bits, deserves it. */
  readonly wants: (positives: number, negatives: number, bits: number) => boolean
  /** Takes the condition that it was last asked about. */
  readonly take: (span: CodeSpan, bits: number) => void
}

/** 1 for each code that satisfies the condition. Good until the next call. */
export const acceptedBy = (span: CodeSpan, bins: number): Uint8Array => {
  accepted.fill(0, 0, bins + 1)
  accepted[65_535] = 0
  switch (span.kind) {
    case 'null':
      accepted[0] = 1
      break
    case 'given':
      accepted.fill(1, 1, bins + 1)
      accepted[65_535] = 1
      break
    case 'not':
      accepted.fill(1, 0, bins + 1)
      accepted[65_535] = 1
      for (const code of span.codes) accepted[code] = 0
      break
    case 'set':
      for (const code of span.codes) accepted[code] = 1
      break
    case 'span':
      if (span.wraps) accepted.fill(1, 1, span.to + 1)
      accepted.fill(1, Math.max(1, span.from), (span.wraps ? bins : span.to) + 1)
      break
    default:
      return span satisfies never
  }
  return accepted
}

const accepted = new Uint8Array(65_536)

/** The condition in the column's own values. */
export const toLiteral = (literal: CodeLiteral, grid: GridColumn): Literal => {
  const feature = grid.column.name
  const { span } = literal
  if (span.kind === 'null') return { kind: 'is-null', feature }
  if (span.kind === 'given') return { kind: 'is-given', feature }
  if (span.kind === 'not') return { kind: 'not-in', feature, values: span.codes.map((code) => binValue(grid, code)) }
  if (span.kind === 'set') return { kind: 'in', feature, values: span.codes.map((code) => binValue(grid, code)) }
  const [from, to] = [grid.low[span.from] ?? 0, grid.high[span.to] ?? 0]
  if (span.wraps) return { kind: 'around', feature, from, to }
  if (span.from === 1) return { kind: 'at-most', feature, value: to }
  return span.to === grid.bins ? { kind: 'at-least', feature, value: from } : { kind: 'between', feature, from, to }
}

const binValue = (grid: GridColumn, code: number): string | number | boolean =>
  grid.column.kind === 'category' ? (grid.column.labels?.[code - 1] ?? '') : (grid.low[code] ?? 0)
