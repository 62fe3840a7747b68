import type { AnswerPath } from '../table/answers.ts'
import type { CaseTable } from '../table/case-table.ts'
import type { FactColumn } from '../table/fact-column.ts'
import { dayMs, instantOf } from '../scalar.ts'
import { dateFeatures, inZone } from './calendar.ts'
import type { CategoryFeature, Feature, NumberFeature, Rows } from './feature.ts'
import { ofLabel, readCodes, readNumbers, relabelled } from './feature.ts'
import { historyFeatures } from './history.ts'
import { centFeatures, digitFeatures, numberStats, remainderFeatures } from './numbers.ts'
import { pairFeatures, sameFeatures } from './pairs.ts'
import type { Measured } from './pairs.ts'
import { textFeatures } from './texts.ts'

/** Zones whose calendar days are tried besides UTC: those that much business is done in. Hours are tried in the declared one only. */
const commonZones: readonly string[] = ['Europe/London', 'Europe/Berlin', 'America/New_York', 'America/Los_Angeles', 'Asia/Tokyo']

export interface FeatureOptions {
  readonly zone?: string | undefined
  /** Only the facts, the candidate's answer and the clock in UTC. */
  readonly plain?: boolean
  /** Facts that the candidate looks at: these are compared with each other first. */
  readonly looked?: readonly string[]
}

/**
 * All that a predicate may speak of: the facts, the legacy's clock, the candidate's own answer, and what is made of them.
 * Nothing that the legacy answered is ever a feature: a rule must be able to foretell. `sample` are the rows that kinds
 * of numbers are told by.
 */
export const featuresOf = (table: CaseTable, sample: Rows, options: FeatureOptions = {}): readonly Feature[] => {
  const { facts, answers, at } = table
  const numbers = facts.flatMap((fact) => (fact.kind === 'number' ? [measured(fact.name, readNumbers(fact.numbers), sample)] : []))
  const texts = facts.flatMap((fact) => (fact.kind === 'text' ? [stored(fact)] : []))
  const dates = facts.flatMap((fact) => (fact.kind === 'instant' ? instantFeatures(fact, at) : []))
  const made = answers.paths.flatMap((path) => candidateFeature(path, sample) ?? [])
  const answered = answers.paths.flatMap((path) => candidateDates(path))
  const raw = numbers.filter(({ stats }) => !stats.serial).map(({ feature }) => feature)
  const clock = dateFeatures({ name: 'clock', read: readNumbers(at), bits: 1, timed: true })
  const written = texts.flatMap(textFeatures)
  const own = [...raw, ...written, ...dates, ...answered, ...made.map((one) => ('stats' in one ? one.feature : one)), ...clock]
  if (options.plain === true) return cheapestFirst(own)
  const whole = written.filter((one): one is CategoryFeature => one.kind === 'category')
  const counted = [...numbers, ...made.flatMap((one) => ('stats' in one ? [one] : []))]
  const quantities = numbers.filter(
    ({ feature, stats }) => feature.name.startsWith('trigger') && stats.whole && !stats.serial && stats.distinct >= 4,
  )
  const histories = whole.flatMap((one) =>
    historyFeatures(
      one,
      at,
      quantities.map(({ feature }) => feature),
    ),
  )
  const codes = new Set(facts.flatMap((fact) => (fact.kind === 'number' && fact.written === true ? [fact.name] : [])))
  const digital = numbers.flatMap(({ feature, stats }) => (codes.has(feature.name) ? digitFeatures(feature, stats) : []))
  const trigger = numbers.filter(({ feature }) => feature.name.startsWith('trigger'))
  const digits = trigger.flatMap(({ feature, stats }) => [...remainderFeatures(feature, stats), ...centFeatures(feature, stats)])
  return cheapestFirst([
    ...own,
    ...zonedFeatures(at, options.zone),
    ...pairFeatures(counted, options.looked),
    ...sameFeatures(whole),
    ...histories,
    ...digits,
    ...digital,
  ])
}

const cheapestFirst = (features: readonly Feature[]): readonly Feature[] => [...features].sort((a, b) => a.bits - b.bits)

/** What naming a fact costs: the trigger's own fields are the likeliest to be meant. */
const factBits = (name: string): number =>
  name.startsWith('trigger') ? 0 : name.startsWith('read') ? 1.5 : name.startsWith('candidate') ? 3 : 1

const measured = (name: string, read: NumberFeature['read'], sample: Rows): Measured => ({
  feature: { kind: 'number', name, bits: factBits(name), facts: [name], cycle: null, read, stored: true },
  stats: numberStats(read(sample)),
})

const stored = (fact: Extract<FactColumn, { kind: 'text' }>): CategoryFeature => ({
  kind: 'category',
  name: fact.name,
  bits: factBits(fact.name) + wordiness(fact.labels),
  facts: [fact.name],
  labels: fact.labels,
  read: readCodes(fact.codes),
  stored: true,
})

/** Of a code and a name that say the same, the shorter one. */
const wordiness = (labels: readonly (string | boolean)[]): number => {
  const some = labels.slice(0, 100)
  return Math.min(0.4, some.reduce((sum, label) => sum + String(label).trim().length, 0) / Math.max(1, some.length) / 100)
}

const instantFeatures = (fact: Extract<FactColumn, { kind: 'instant' }>, at: Float64Array): readonly Feature[] => {
  const read = readNumbers(fact.numbers)
  const clock = readNumbers(at)
  const bits = factBits(fact.name)
  const fromClock: NumberFeature = {
    kind: 'number',
    name: `days(${fact.name} - clock)`,
    bits: bits + 3,
    facts: [fact.name, 'clock'],
    cycle: null,
    read: (rows) => {
      const [dates, now] = [read(rows), clock(rows)]
      const days = new Float64Array(dates.length)
      for (let i = 0; i < days.length; i++) days[i] = Math.floor(((dates[i] ?? Number.NaN) - (now[i] ?? 0)) / dayMs)
      return days
    },
  }
  const minutes: NumberFeature = {
    ...fromClock,
    name: `minutes(clock - ${fact.name})`,
    bits: bits + 4,
    read: (rows) => {
      const [dates, now] = [read(rows), clock(rows)]
      const made = new Float64Array(dates.length)
      for (let i = 0; i < made.length; i++) made[i] = Math.floor(((now[i] ?? 0) - (dates[i] ?? Number.NaN)) / 60_000)
      return made
    },
  }
  return [...dateFeatures({ name: fact.name, read, bits: bits + 1, timed: fact.timed }), fromClock, ...(fact.timed ? [minutes] : [])]
}

const zonedFeatures = (at: Float64Array, declared: string | undefined): readonly Feature[] =>
  [...new Set([...(declared === undefined ? [] : [declared]), ...commonZones])].flatMap((zone) => {
    let shifted: Float64Array | null = null
    const read = (rows: Rows): Float64Array => {
      shifted ??= inZone(at, zone)
      return readNumbers(shifted)(rows)
    }
    return dateFeatures({ name: `clock ${zone}`, read, bits: zone === declared ? 2 : 5, timed: true, daysOnly: zone !== declared })
  })

/** The calendar of a date that the candidate answers. */
const candidateDates = (path: AnswerPath): readonly NumberFeature[] => {
  const instants = Float64Array.from(path.values, (value, code) => (code === 0 || value === null ? Number.NaN : instantOf(value)))
  const given = path.values.filter((value, code) => code > 0 && value !== null).length
  if (path.whole || given < 2 || instants.filter((at) => !Number.isNaN(at)).length < given) return []
  const name = `candidate${path.path}`
  return dateFeatures({ name, read: ofLabel(readCodes(path.candidate), instants), bits: 4, timed: false })
}

/** What the candidate answered at one place; numbers of numbers only, and whole lists not at all. */
const candidateFeature = (path: AnswerPath, sample: Rows): Measured | CategoryFeature | null => {
  if (path.whole) return null
  const name = `candidate${path.path}`
  const read = readCodes(path.candidate)
  const isNumber =
    path.values.every((value, code) => code === 0 || value === null || typeof value !== 'string') &&
    path.numbers.some((value) => !Number.isNaN(value))
  if (isNumber) {
    const { feature, stats } = measured(name, ofLabel(read, path.numbers), sample)
    return { feature: { ...feature, stored: false }, stats }
  }
  const labels = path.values.slice(1).map((value) => (value === null ? '' : String(value)))
  return { kind: 'category', name, bits: 3, facts: [name], ...relabelled({ read, labels }, (label) => label) }
}
