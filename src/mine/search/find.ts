import type { Literal } from '../../model/hidden-rule.ts'
import { countWhere, rowsThat } from '../counting.ts'
import { fit } from '../fit.ts'
import { sharpen } from '../sharpen.ts'
import { simplify } from '../simplify.ts'
import type { Arm, Found } from './arm.ts'
import { beam } from './beam.ts'
import { bestPair } from './best-pair.ts'
import { toLiteral } from './code-literal.ts'
import type { Population } from './histogram.ts'
import { foretoldBits, openRows } from './progress.ts'
import type { Search } from './progress.ts'

/** The search looks at a sample of the counter-evidence; borders and gates look at all of it. */
const leastNegatives = 1500
const mostNegatives = 6000
const negativesEach = 12
const mostPositives = 4000

/** Next to nothing speaks against the effect, whatever the decision: a rule without conditions. */
const isAlways = ({ positives, negatives, weight }: Population): boolean =>
  positives.length >= 20 && negatives.length * weight <= 0.02 * positives.length

const alwaysFound = (arm: Arm, { positives, positiveWeight }: OwnPopulation, { archive }: Search): Found => ({
  predicate: [],
  gain: positives.length * positiveWeight * foretoldBits(arm.candidate.effect, archive) - arm.candidate.bits,
  key: arm.key,
})

interface OwnPopulation extends Population {
  readonly key: string
  /** Decisions of the archive that each positive stands for. */
  readonly positiveWeight: number
}

/** The best that can be made of the arm's open positives. */
export const foundBy = (arm: Arm, search: Search): Found | null => {
  const { sample, archive } = search
  const { features } = sample
  const population = populationOf(arm, search)
  if (population === null || search.hopeless.has(population.key)) return null
  const least = archive.split.all.length < 50_000 ? 10 : 25
  if (isAlways(population)) return alwaysFound(arm, population, search)
  if (isBarren(arm, population, search)) return given(search, population.key)
  const conjunction = beam(sample.grid, population, least)
  const start = conjunction?.literals.flatMap((literal) => {
    const column = sample.grid.columns[literal.feature]
    return column === undefined ? [] : [toLiteral(literal, column)]
  })
  const pair = start === undefined && search.unless.length === 0 ? bestPair(sample, population, least) : null
  if (pair !== null) for (const { features: known } of [sample, archive]) known.learn(pair.feature)
  const predicate = start ?? (pair === null ? null : [pair.literal])
  if (predicate === null) {
    search.barren.push({ positives: population.positives, places: arm.candidate.effect.length })
    return given(search, population.key)
  }
  const data = { features, fits: arm.fits, rows: Int32Array.from([...population.positives, ...population.negatives]).sort() }
  const said = simplify(sharpen(predicate, data), data)
  const counts = countWhere(said, features, arm.fits, data.rows)
  const bits = (conjunction ?? pair)?.bits ?? 0
  const saved = (counts.fits - counts.breaks * population.weight) * population.positiveWeight
  const gain = saved * foretoldBits(arm.candidate.effect, archive) - bits - arm.candidate.bits
  const isHopeless = gain <= 25 || !isWorthTrying(said, arm, search)
  return isHopeless ? given(search, population.key) : { predicate: said, gain, key: population.key }
}

/** The sample alone can tell that the gates will not be passed: that saves looking at the whole archive. */
const isWorthTrying = (predicate: readonly Literal[], arm: Arm, { sample }: Search): boolean => {
  const { fits, breaks, other } = countWhere(predicate, sample.features, arm.fits, sample.all)
  const against = (breaks * sample.negativeWeight) / sample.positiveWeight
  return against <= 1.5 * fits && other <= 1.2 * (fits + against)
}

/** Nothing could be made of much the same decisions by an effect that says as much of them. */
const isBarren = ({ candidate }: Arm, { positives }: Population, { barren }: Search): boolean =>
  barren.some(
    (other) =>
      other.places >= candidate.effect.length &&
      other.positives.length <= 2 * positives.length &&
      sharedBy(positives, other.positives) >= 0.95 * positives.length,
  )

/** How many of the rows both have; each ascending. */
const sharedBy = (a: Int32Array, b: Int32Array): number => {
  let [i, j, shared] = [0, 0, 0]
  while (i < a.length && j < b.length) {
    const [x, y] = [a[i] ?? 0, b[j] ?? 0]
    if (x === y) shared++
    if (x <= y) i++
    if (y <= x) j++
  }
  return shared
}

/** Given up. */
const given = ({ hopeless }: Search, key: string): null => {
  hopeless.add(key)
  return null
}

/** What the arm can learn from: its open positives, and of what speaks against it enough. */
const populationOf = (arm: Arm, search: Search): OwnPopulation | null => {
  const { sample } = search
  const open = openRows(arm, search)
  if (open.length < 6) return null
  const positives = spreadOut(open, mostPositives)
  const against = rowsThat(arm.fits, sample.all, fit.breaks)
  const negatives = spreadOut(against, Math.max(leastNegatives, Math.min(mostNegatives, negativesEach * positives.length)))
  const share = (rows: Int32Array, of: Int32Array): number => of.length / Math.max(1, rows.length)
  const positiveWeight = share(positives, open) * sample.positiveWeight
  const weight = (share(negatives, against) * sample.negativeWeight) / positiveWeight
  return { positives, negatives, weight, positiveWeight, key: arm.key }
}

/** At most so many of the rows, evenly. */
const spreadOut = (rows: Int32Array, most: number): Int32Array => {
  if (rows.length <= most) return rows
  const stride = rows.length / most
  return Int32Array.from({ length: most }, (_, i) => rows[Math.floor(i * stride)] ?? 0)
}
