import type { Column, Domain } from './domain.ts'
import type { PlantedRule } from './planted-rule.ts'

/** All that a simulated period follows from. */
export interface WorldOptions {
  readonly seed: number
  /** Of the rows that were there before. */
  readonly masterSeed: number
  readonly domain: Domain
  /** All columns of the request, the domain's own first. */
  readonly columns: readonly Column[]
  readonly rules: readonly PlantedRule[]
  readonly decisions: number
  readonly startMs: number
  readonly days: number
  /** Share of decisions in which the legacy does something that nothing explains. */
  readonly noiseShare: number
  /** Share of requests that are followed by one about the same customer or place, and the mean time between both. */
  readonly againShare: number
  readonly hasteMs: number
  /** Share of requests that the legacy answers in a later transaction, and how much later at most. */
  readonly laterShare: number
  readonly laterMs: number
  /** Mean time until the candidate decides. */
  readonly decideMs: number
  readonly referenceChanges: number
  readonly refills: number
}
