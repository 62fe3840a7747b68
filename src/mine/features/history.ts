import { dayMs } from '../scalar.ts'
import type { CategoryFeature, Feature, NumberFeature, Rows } from './feature.ts'

const hourMs = 3_600_000
const minuteMs = 60_000
const maxSums = 2

interface Histories {
  readonly total: Float64Array
  readonly sameDay: Float64Array
  readonly sameHour: Float64Array
  readonly minutesSince: Float64Array
  readonly sums: readonly Float64Array[]
}

/**
 * What came before in cases with the same value: how many in all, on the same day, in the last 60 minutes; how long ago
 * the last; how much of a quantity on the same day. Made for id-like features only (customers, articles), because only
 * there it means something. All cases count, so this needs the whole table, in order of time.
 */
export const historyFeatures = (feature: CategoryFeature, at: Float64Array, quantities: readonly NumberFeature[]): readonly Feature[] => {
  if (!isIdLike(feature, at.length)) return []
  const summed = quantities.slice(0, maxSums)
  let known: Histories | null = null
  let pending = 0
  const all = 4 + summed.length
  /** One pass makes them all; what it made is let go when each has been read once. */
  const histories = (): Histories => {
    const made = known ?? historiesOf(feature, at, summed)
    pending = known === null ? all - 1 : pending - 1
    known = pending > 0 ? made : null
    return made
  }
  const named = (name: string, bits: number, pick: (made: Histories) => Float64Array, more: readonly string[] = []): NumberFeature => ({
    kind: 'number',
    name,
    bits: feature.bits + bits,
    facts: [...feature.facts, ...more, 'history'],
    cycle: null,
    dear: true,
    read: (rows) => pickedFrom(pick(histories()), rows),
  })
  return [
    named(`earlier(${feature.name})`, 3, (made) => made.total),
    named(`earlierToday(${feature.name})`, 3, (made) => made.sameDay),
    named(`earlierHour(${feature.name})`, 4, (made) => made.sameHour),
    named(`minutesSince(${feature.name})`, 4, (made) => made.minutesSince),
    ...summed.map((quantity, index) =>
      named(`sumToday(${quantity.name} by ${feature.name})`, 4 + quantity.bits, (made) => made.sums[index] ?? at, quantity.facts),
    ),
  ]
}

const pickedFrom = (values: Float64Array, rows: Rows): Float64Array => {
  if (rows === null) return values
  const some = new Float64Array(rows.length)
  for (let i = 0; i < rows.length; i++) some[i] = values[rows[i] ?? 0] ?? Number.NaN
  return some
}

const historiesOf = (feature: CategoryFeature, at: Float64Array, quantities: readonly NumberFeature[]): Histories => {
  const codes = feature.read(null)
  const rows = codes.length
  const labels = feature.labels.length + 1
  const fresh = (): Float64Array => new Float64Array(rows).fill(Number.NaN)
  const made = { total: fresh(), sameDay: fresh(), sameHour: fresh(), minutesSince: fresh(), sums: quantities.map(fresh) }
  const sizes = quantities.map((quantity) => quantity.read(null))
  const totals = new Int32Array(labels)
  const days = new Int32Array(labels)
  const lastDay = new Int32Array(labels).fill(-1)
  const lastAt = new Float64Array(labels).fill(Number.NaN)
  const summed = quantities.map(() => new Float64Array(labels))
  /** The oldest row of each value that is less than an hour old, and from row to row the next of the same value. */
  const oldest = new Int32Array(labels).fill(-1)
  const newest = new Int32Array(labels).fill(-1)
  const next = new Int32Array(rows).fill(-1)
  const inHour = new Int32Array(labels)
  for (let row = 0; row < rows; row++) {
    const code = codes[row] ?? 0
    if (code === 0) continue
    const now = at[row] ?? 0
    const day = Math.floor(now / dayMs)
    if (lastDay[code] !== day) {
      lastDay[code] = day
      days[code] = 0
      for (const sums of summed) sums[code] = 0
    }
    let old = oldest[code] ?? -1
    while (old >= 0 && (at[old] ?? 0) < now - hourMs) {
      old = next[old] ?? -1
      inHour[code] = (inHour[code] ?? 0) - 1
    }
    made.total[row] = totals[code] ?? 0
    made.sameDay[row] = days[code] ?? 0
    made.sameHour[row] = inHour[code] ?? 0
    made.minutesSince[row] = Math.floor((now - (lastAt[code] ?? Number.NaN)) / minuteMs)
    for (let i = 0; i < summed.length; i++) {
      const sums = summed[i]
      const values = made.sums[i]
      if (sums === undefined || values === undefined) continue
      values[row] = sums[code] ?? 0
      const size = sizes[i]?.[row] ?? 0
      sums[code] = (sums[code] ?? 0) + (Number.isNaN(size) ? 0 : size)
    }
    const last = newest[code] ?? -1
    if (old < 0) oldest[code] = row
    else {
      oldest[code] = old
      if (last >= 0) next[last] = row
    }
    newest[code] = row
    inHour[code] = (inHour[code] ?? 0) + 1
    totals[code] = (totals[code] ?? 0) + 1
    days[code] = (days[code] ?? 0) + 1
    lastAt[code] = now
  }
  return made
}

const isIdLike = (feature: CategoryFeature, rows: number): boolean =>
  feature.labels.length >= 20 && feature.labels.length <= rows * 0.7 && !feature.name.includes('(')
