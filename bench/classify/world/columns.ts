import type { Draw } from '../draw.ts'
import { draw, skewed } from '../draw.ts'
import type { Cell, Cells } from './cells.ts'
import { dateText } from './cells.ts'
import type { Column, Role } from './domain.ts'

type Make = Column['make']

const column = (name: string, role: Role, type: Column['type'], read: boolean, make: Make): Column => ({ name, role, type, read, make })

/** Makers of the columns that domains are written with; the candidate reads them unless `unread` says otherwise. */
export const category = (name: string, values: readonly (readonly [string, number])[], read = true): Column => {
  const total = values.reduce((sum, [, weight]) => sum + weight, 0)
  return column(name, 'category', 'text', read, (from) => {
    let left = from.next() * total
    for (const [value, weight] of values) {
      left -= weight
      if (left < 0) return value
    }
    return values[0]?.[0] ?? ''
  })
}

export const entity = (name: string, keys: readonly string[], exponent: number, read = true): Column => {
  const at = skewed(keys.length, exponent)
  return column(name, 'entity', 'text', read, (from) => keys[at(from)] ?? '')
}

export const integer = (name: string, low: number, high: number, read = true): Column =>
  column(name, 'number', 'int4', read, (from) => from.whole(low, high))

/** Skewed to small amounts, as amounts are; in steps. */
export const money = (name: string, mean: number, step: number, read = true): Column =>
  column(name, 'money', 'int4', read, (from) => Math.max(step, Math.round(from.exponential(mean) / step) * step))

/** A day from `low` to `high` days after the request. */
export const day = (name: string, low: number, high: number, read = true): Column =>
  column(name, 'date', 'date', read, (from, _row, nowDay) => dateText(nowDay + from.whole(low, high)))

export const flag = (name: string, share: number, read = true): Column =>
  column(name, 'flag', 'text', read, (from) => (from.chance(share) ? 'Y' : 'N'))

export const postcode = (name: string, read = true): Column =>
  column(name, 'text', 'text', read, (from) => String(from.whole(10_000, 99_999)))

/** `C00001` … for `count` entities. */
export const codes = (prefix: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, at) => `${prefix}${String(at + 1).padStart(5, '0')}`)

const letters = 'ABCDEFGHJKLMNPRSTUVWXYZ'

const wordOf = (from: Draw, length: number): string => Array.from({ length }, () => letters[from.whole(0, letters.length - 1)]).join('')

/** Text as people typed it over thirty years: short and long, padded, in lower case, with zeros in front, with umlauts. */
const typedText = (from: Draw): string => {
  const base = `${wordOf(from, from.whole(2, 4))}${from.whole(1, 999)}`
  const kind = from.next()
  if (kind < 0.06) return `${base} `
  if (kind < 0.12) return base.toLowerCase()
  if (kind < 0.18) return `00${from.whole(1, 999)}`
  if (kind < 0.23) return `${base}Ü`
  if (kind < 0.3) return `${base}-${wordOf(from, from.whole(14, 22))}`
  return base
}

const shapes: readonly ((from: Draw, name: string) => Column)[] = [
  (_from, name) => column(name, 'text', 'text', false, typedText),
  (from, name) =>
    category(
      name,
      Array.from({ length: from.whole(2, 12) }, (_, at) => [`${wordOf(from, 2)}${at}`, 1 / (at + 1)] as const),
      false,
    ),
  (from, name) => entity(name, codes(wordOf(from, 1), 10 ** from.whole(2, 4)), 0.8, false),
  (from, name) => entity(name, codes(wordOf(from, 1), 100_000), 0.2, false),
  (from, name) => integer(name, 0, from.pick([9, 99, 1_000, 50_000]), false),
  (from, name) => money(name, from.pick([2_000, 30_000, 400_000]), from.pick([1, 50, 100]), false),
  (_from, name) => column(name, 'number', 'numeric', false, (d) => (d.exponential(20) + 0.01).toFixed(2)),
  (from, name) => day(name, -from.whole(10, 400), from.whole(0, 60), false),
  (_from, name) => column(name, 'date', 'date', false, (d, _row, now) => (d.chance(0.05) ? '9999-12-31' : dateText(now + d.whole(1, 90)))),
  (from, name) => flag(name, from.pick([0.02, 0.1, 0.5]), false),
  (_from, name) => column(name, 'number', 'int4', false, (d) => (d.chance(0.04) ? -1 : d.whole(1, 40))),
  (_from, name) => postcode(name, false),
]

/** Follows another column nine times of ten: what a careless miner takes for the cause. */
const confounder = (name: string, of: Column): Column =>
  column(name, of.role, of.type, false, (from, row, now) => (from.chance(0.9) ? (row[of.name] ?? null) : of.make(from, row, now)))

/** Sometimes null: at random, or more often where another column is above its middle. */
const withGaps = (of: Column, share: number, because: { readonly column: string; readonly above: Cell } | null): Column => ({
  ...of,
  make: (from, row, now) => {
    const value = of.make(from, row, now)
    const told = because === null ? false : isAbove(row[because.column], because.above)
    return from.chance(told ? Math.min(0.9, share * 4) : share) ? null : value
  },
})

const isAbove = (value: Cell | undefined, limit: Cell): boolean => value !== undefined && value !== null && limit !== null && value > limit

/** Columns that nothing depends on until a rule is planted on them. */
export const extraColumns = (options: {
  readonly seed: number
  readonly count: number
  readonly core: readonly Column[]
}): readonly Column[] => {
  const from = draw(options.seed, 'extra-columns')
  const first = options.core[0]
  return Array.from({ length: options.count }, (_, at): Column => {
    const name = `x${String(at + 1).padStart(2, '0')}_${from.pick(['cd', 'val', 'no', 'typ', 'amt', 'ref'])}`
    const plain = from.chance(0.15) ? confounder(name, from.pick(options.core)) : from.pick(shapes)(from, name)
    if (!from.chance(0.3)) return plain
    const because = from.chance(0.4) && first !== undefined ? { column: first.name, above: first.make(from, {}, 20_000) } : null
    return withGaps(plain, from.pick([0.02, 0.1, 0.3]), because)
  })
}

/** Makes a row column by column. */
export const makeRow = (columns: readonly Column[], from: Draw, nowDay: number): Record<string, Cell> => {
  const row: Record<string, Cell> = {}
  for (const each of columns) row[each.name] = each.make(from, row as Cells, nowDay)
  return row
}
