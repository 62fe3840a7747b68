import type { CategoryColumn, NumberColumn } from './column.ts'
import { dayMs } from './scalar.ts'

/**
 * How many earlier cases had the same value: in all, and on the same day. Made for id-like columns only (customers,
 * articles), because only there a count means something.
 */
export const historyColumns = (column: CategoryColumn, at: Float64Array): readonly NumberColumn[] => {
  if (!isIdLike(column)) return []
  const rows = column.codes.length
  const total = new Float64Array(rows)
  const sameDay = new Float64Array(rows)
  const totals = new Float64Array(column.labels.length + 1)
  const days = new Float64Array(column.labels.length + 1)
  const lastDay = new Float64Array(column.labels.length + 1).fill(-1)
  for (let row = 0; row < rows; row++) {
    const code = column.codes[row] ?? 0
    if (code === 0) {
      total[row] = Number.NaN
      sameDay[row] = Number.NaN
      continue
    }
    const day = Math.floor((at[row] ?? 0) / dayMs)
    if (lastDay[code] !== day) {
      lastDay[code] = day
      days[code] = 0
    }
    total[row] = totals[code] ?? 0
    sameDay[row] = days[code] ?? 0
    totals[code] = (totals[code] ?? 0) + 1
    days[code] = (days[code] ?? 0) + 1
  }
  const named = (name: string, bits: number, numbers: Float64Array): NumberColumn => ({
    kind: 'number',
    name: `${name}(${column.name})`,
    bits: column.bits + bits,
    facts: [...column.facts, 'history'],
    numbers,
    cycle: null,
  })
  return [named('earlier', 3, total), named('earlierToday', 3, sameDay)]
}

const isIdLike = (column: CategoryColumn): boolean => {
  const values = column.labels.length
  return values >= 20 && values <= column.codes.length * 0.7 && !column.name.startsWith('prefix')
}
