import type { CategoryFeature, NumberFeature, Rows } from './feature.ts'
import type { NumberStats } from './numbers.ts'

const maxDifferences = 30
const maxProducts = 16
const maxRatios = 16
const maxSames = 8
const maxTriples = 12

export interface Measured {
  readonly feature: NumberFeature
  readonly stats: NumberStats
}

const isWanted = ({ feature }: Measured): boolean => feature.name.startsWith('trigger')
const isCandidates = ({ feature }: Measured): boolean => feature.name.startsWith('candidate')

/**
 * Differences and ratios of whole numbers (a read level against a wanted quantity), of amounts with each other, and amounts
 * (whole number times money). Sparingly: every feature more is one more chance to be wrong.
 */
export const pairFeatures = (numbers: readonly Measured[], looked: readonly string[] = []): readonly NumberFeature[] => {
  const plain = numbers.filter(({ feature, stats }) => feature.cycle === null && stats.distinct >= 4 && !stats.serial)
  const counts = plain.filter(({ stats }) => stats.whole)
  const money = plain.filter(({ stats }) => !stats.whole)
  const levels = (among: readonly Measured[]): readonly Measured[] => among.filter((one) => !isWanted(one) && !isCandidates(one))
  const againstWanted = [counts, money].flatMap((among) =>
    levels(among).flatMap((level) => among.filter(isWanted).map((want) => [level, want] as const)),
  )
  const amongLevels = [counts, money].flatMap((among) =>
    levels(among).flatMap((a, i) =>
      levels(among)
        .slice(i + 1)
        .map((b) => [a, b] as const),
    ),
  )
  const granted = counts.filter(isCandidates).flatMap((made) => counts.filter(isWanted).map((want) => [made, want] as const))
  const amounts = counts.filter(isWanted).flatMap((want) =>
    levels(money)
      .concat(money.filter(isWanted))
      .map((price) => [want, price] as const),
  )
  const isLooked = ({ feature }: Measured): boolean => feature.name.startsWith('read.') || looked.includes(feature.name)
  const likelyFirst = (pairs: readonly (readonly [Measured, Measured])[]): readonly (readonly [Measured, Measured])[] =>
    pairs.toSorted((a, b) => b.filter(isLooked).length - a.filter(isLooked).length)
  const likely = likelyFirst(againstWanted)
  const differences = [...likely.map((pair) => ({ pair, bits: 2 })), ...likelyFirst(amongLevels).map((pair) => ({ pair, bits: 4 }))]
  return [
    ...differences.slice(0, maxDifferences).map(({ pair: [a, b], bits }) => paired(a, '-', b, bits)),
    ...freeLevels(levels(counts), counts.filter(isWanted)),
    ...amounts.slice(0, maxProducts).map(([a, b]) => paired(a, '*', b, 2)),
    ...[...likely, ...granted].slice(0, maxRatios).map(([a, b]) => paired(a, '/', b, 4)),
  ]
}

/** What is left of a level when another of the same record is taken off, and the wanted quantity too. */
const freeLevels = (levels: readonly Measured[], wanted: readonly Measured[]): readonly NumberFeature[] =>
  levels
    .flatMap((level) => levels.filter((held) => held !== level && recordOf(held) === recordOf(level)).map((held) => [level, held] as const))
    .flatMap(([level, held]) => wanted.map((want) => ({ level, held, want })))
    .slice(0, maxTriples)
    .map(({ level, held, want }) => paired({ ...level, feature: paired(level, '-', held, 1) }, '-', want, 2))

const recordOf = ({ feature: { name } }: Measured): string => name.slice(0, name.lastIndexOf('.'))

const paired = ({ feature: a }: Measured, sign: '-' | '*' | '/', { feature: b }: Measured, bits: number): NumberFeature => ({
  kind: 'number',
  name: `${a.name} ${sign} ${b.name}`,
  bits: a.bits + b.bits + bits,
  facts: [...a.facts, ...b.facts],
  cycle: null,
  read: (rows: Rows) => {
    const [left, right] = [a.read(rows), b.read(rows)]
    const made = new Float64Array(left.length)
    for (let i = 0; i < made.length; i++) {
      const [x, y] = [left[i] ?? Number.NaN, right[i] ?? Number.NaN]
      const value = sign === '-' ? x - y : sign === '*' ? x * y : y === 0 ? Number.NaN : x / y
      made[i] = Math.round(value * 1e4) / 1e4
    }
    return made
  },
})

/** Whether two texts that share their values are the same: a country of shipping and one of billing. */
export const sameFeatures = (categories: readonly CategoryFeature[]): readonly CategoryFeature[] => {
  const whole = categories.filter((one) => !one.name.includes('(') && one.labels.length >= 3 && one.labels.length <= 5000)
  const pairs = whole.flatMap((a, i) => {
    const known = new Set(a.labels)
    return whole.slice(i + 1).flatMap((b) => (isAlike(known, b.labels) ? [[a, b] as const] : []))
  })
  return pairs.slice(0, maxSames).map(([a, b]) => sameFeature(a, b))
}

const leastShared = 0.5

/** Whether they share half of the labels of the shorter list: given up as soon as they cannot. */
const isAlike = (known: ReadonlySet<string | number | boolean>, labels: CategoryFeature['labels']): boolean => {
  const least = leastShared * Math.min(known.size, labels.length)
  let shared = 0
  for (let i = 0; i < labels.length && shared < least && shared + labels.length - i >= least; i++) if (known.has(labels[i] ?? '')) shared++
  return shared >= least
}

const sameFeature = (a: CategoryFeature, b: CategoryFeature): CategoryFeature => {
  const codes = new Map(a.labels.map((label, index) => [label, index + 1]))
  const inA = Int32Array.from(['', ...b.labels], (label, index) => (index === 0 ? 0 : (codes.get(label) ?? -1)))
  return {
    kind: 'category',
    name: `same(${a.name}, ${b.name})`,
    bits: a.bits + b.bits + 2,
    facts: [...a.facts, ...b.facts],
    labels: [true, false],
    read: (rows) => {
      const [left, right] = [a.read(rows), b.read(rows)]
      const made = new Int32Array(left.length)
      for (let i = 0; i < made.length; i++) {
        const [x, y] = [left[i] ?? 0, right[i] ?? 0]
        made[i] = x === 0 || y === 0 ? 0 : x === inA[y] ? 1 : 2
      }
      return made
    },
  }
}

/** Two texts taken together, `A & B`: what neither says alone (an exclusive or, a list of pairs). */
export const bothFeature = (a: CategoryFeature, b: CategoryFeature): CategoryFeature => {
  const [first, second] = a.name < b.name ? [a, b] : [b, a]
  const width = second.labels.length + 1
  const pairs = new Map<number, number>()
  const labels: string[] = []
  const codeOf = (x: number, y: number): number => {
    const key = x * width + y
    let code = pairs.get(key)
    if (code === undefined) {
      code = labels.length + 1
      pairs.set(key, code)
      labels.push(`${String(first.labels[x - 1])} & ${String(second.labels[y - 1])}`)
    }
    return code
  }
  return {
    kind: 'category',
    name: `both(${first.name}, ${second.name})`,
    bits: a.bits + b.bits + 3,
    facts: [...first.facts, ...second.facts],
    labels,
    read: (rows) => {
      const [left, right] = [first.read(rows), second.read(rows)]
      const made = new Int32Array(left.length)
      for (let i = 0; i < made.length; i++) {
        const [x, y] = [left[i] ?? 0, right[i] ?? 0]
        made[i] = x === 0 || y === 0 ? 0 : codeOf(x, y)
      }
      return made
    },
  }
}
