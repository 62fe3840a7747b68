import { durationWords } from '../../model/duration.ts'
import type { NightDose } from '../../model/night.ts'
import { shareLower } from '../../model/statistics.ts'

/** Upper ends of the buckets. */
const boundsMs: readonly number[] = Array.from({ length: 28 }, (_, at) => [1, 2, 5][at % 3] ?? 1).map(
  (digit, at) => digit * 10 ** Math.floor(at / 3),
)
/** Decisions that must lie where there should be next to no response, and responses in all, before anything is said. */
const fewestDecisions = 200
const fewestHits = 20
/** The dose there must be so many times smaller (or larger) than where the responses are, or it says nothing about none at all. */
const apart = 10
/** Of the share elsewhere, so much where there should be next to none is no response to the dose. */
const plateau = 0.5

/** Whether a cause grows with its dose, as it must if it is what it claims to be. */
export interface DoseResponse {
  readonly add: (doseMs: number, isHit: boolean) => void
  readonly result: () => NightDose
}

/**
 * `rises`: next to none where the dose is small (timing, by lag). `falls`: next to none where it is large (stale data, by how long
 * ago what was read last changed). Bounded, and independent of the order in which decisions are added.
 */
export const createDoseResponse = (of: Pick<NightDose, 'cause' | 'dose'> & { readonly response: 'rises' | 'falls' }): DoseResponse => {
  const decisions = new Array<number>(boundsMs.length + 1).fill(0)
  const hits = new Array<number>(boundsMs.length + 1).fill(0)
  return {
    add: (doseMs, isHit) => {
      const found = boundsMs.findIndex((bound) => doseMs <= bound)
      const bucket = found < 0 ? boundsMs.length : found
      decisions[bucket] = (decisions[bucket] ?? 0) + 1
      if (isHit) hits[bucket] = (hits[bucket] ?? 0) + 1
    },
    result: () => {
      const buckets = decisions.map((count, index) => ({
        upToMs: boundsMs[index] ?? null,
        decisions: count,
        hits: hits[index] ?? 0,
      }))
      const { cause, dose } = of
      return {
        cause,
        dose,
        ...judged(of, of.response === 'rises' ? buckets : buckets.toReversed()),
        buckets: buckets.filter((one) => one.decisions > 0),
      }
    },
  }
}

type Bucket = NightDose['buckets'][number]

/** `buckets`: those where there should be next to no response first. */
const judged = (
  { cause, dose, response }: { readonly cause: string; readonly dose: string; readonly response: 'rises' | 'falls' },
  buckets: readonly Bucket[],
): Pick<NightDose, 'verdict' | 'words'> => {
  const all = sumOf(buckets)
  if (all.hits < fewestHits) return { verdict: 'too-few', words: `Only ${all.hits} of ${cause}: too few to see what they depend on.` }
  let end = 0
  let quiet = sumOf([])
  while (end < buckets.length && quiet.decisions < fewestDecisions) {
    end += 1
    quiet = sumOf(buckets.slice(0, end))
  }
  const rest = { decisions: all.decisions - quiet.decisions, hits: all.hits - quiet.hits }
  const edge = edgeOf(buckets, end, response)
  if (quiet.decisions < fewestDecisions || rest.decisions < fewestDecisions || !isApart(edge, typicalOf(buckets, all.hits), response))
    return { verdict: 'too-few', words: `Decisions differ too little in their ${dose}: what ${cause} depends on cannot be seen.` }
  const where = `${dose} ${response === 'rises' ? 'up to' : 'above'} ${edge === null ? 'any' : durationWords(edge)}`
  const words = `${percent(quiet)} of decisions with ${where} are ${cause}, and ${percent(rest)} of the others.`
  const isPlateau = shareLower(quiet.hits, quiet.decisions) > (plateau * rest.hits) / rest.decisions
  return isPlateau
    ? { verdict: 'plateau', words: `${words} It does not depend on what it should: what is called ${cause} may be something else.` }
    : { verdict: 'responds', words }
}

/** The upper end of the quiet buckets where the response rises, their lower end where it falls. */
const edgeOf = (buckets: readonly Bucket[], end: number, response: 'rises' | 'falls'): number | null =>
  (response === 'rises' ? buckets[end - 1]?.upToMs : buckets[end]?.upToMs) ?? null

/** Where half of the responses lie. */
const typicalOf = (buckets: readonly Bucket[], hits: number): number => {
  let seen = 0
  for (const { upToMs, hits: found } of buckets) {
    seen += found
    if (seen >= hits / 2) return upToMs ?? Number.POSITIVE_INFINITY
  }
  return Number.POSITIVE_INFINITY
}

const isApart = (edge: number | null, typical: number, response: 'rises' | 'falls'): boolean =>
  edge !== null && (response === 'rises' ? edge * apart <= typical : edge >= typical * apart)

const sumOf = (buckets: readonly Bucket[]): { readonly decisions: number; readonly hits: number } => ({
  decisions: buckets.reduce((sum, one) => sum + one.decisions, 0),
  hits: buckets.reduce((sum, one) => sum + one.hits, 0),
})

const percent = ({ decisions, hits }: { readonly decisions: number; readonly hits: number }): string =>
  `${Number(((100 * hits) / Math.max(1, decisions)).toPrecision(2))} %`
