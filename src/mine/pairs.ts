import type { Column, NumberColumn } from './column.ts'

const maxPairs = 24
const maxProducts = 4

/**
 * Differences of whole numbers (a read level less a wanted quantity) and amounts (whole number times money). Sparingly:
 * every column more is one more chance to be wrong.
 */
export const pairColumns = (columns: readonly Column[]): readonly NumberColumn[] => {
  const numbers = columns.filter(
    (column): column is NumberColumn => column.kind === 'number' && column.cycle === null && !column.name.includes('('),
  )
  const counts = numbers.filter(isCount)
  const money = numbers.filter((column) => !column.numbers.every((value) => Number.isNaN(value) || Number.isInteger(value)))
  const wanted = counts.filter((column) => column.name.startsWith('trigger'))
  const levels = counts.filter((column) => !column.name.startsWith('trigger') && !column.name.startsWith('candidate'))
  const differences = levels.flatMap((level) => wanted.map((want) => pair(level, '-', want, (a, b) => a - b, 2)))
  const amounts = wanted.flatMap((want) =>
    money.filter((price) => !price.name.startsWith('candidate')).map((price) => pair(want, '*', price, (a, b) => a * b, 2)),
  )
  return [...differences.slice(0, maxPairs), ...amounts.slice(0, maxProducts)]
}

const isCount = (column: NumberColumn): boolean => {
  let values = 0
  const distinct = new Set<number>()
  for (const value of column.numbers) {
    if (Number.isNaN(value)) continue
    if (!Number.isInteger(value)) return false
    values++
    if (distinct.size < 4) distinct.add(value)
  }
  return values > 0 && distinct.size >= 4
}

const pair = (a: NumberColumn, sign: string, b: NumberColumn, of: (a: number, b: number) => number, bits: number): NumberColumn => {
  const numbers = new Float64Array(a.numbers.length)
  for (let row = 0; row < numbers.length; row++) {
    const value = of(a.numbers[row] ?? Number.NaN, b.numbers[row] ?? Number.NaN)
    numbers[row] = Math.round(value * 1e4) / 1e4
  }
  return {
    kind: 'number',
    name: `${a.name} ${sign} ${b.name}`,
    bits: a.bits + b.bits + bits,
    facts: [...a.facts, ...b.facts],
    numbers,
    cycle: null,
  }
}
