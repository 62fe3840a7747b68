import type { Duration } from '../src/model/duration.ts'
import { durationMs } from '../src/model/duration.ts'
import { BanyanError } from '../src/model/errors.ts'
import type { Journey, MilestoneWhen } from '../src/model/journey.ts'
import { nearNames } from '../src/model/near-names.ts'

export interface JourneyDefinition<M extends Readonly<Record<string, string | MilestoneWhen>>> {
  /** Milestone → the fact that reaches it, or `all(…)`, `any(…)`. In the order in which they are shown. */
  readonly milestones: M
  /** Milestone → time from the journey's first fact within which it must be reached. */
  readonly limits?: { readonly [Name in keyof M]?: Duration }
  /** Facts after which nothing more is awaited, e.g. `order.cancelled`: limits no longer run. */
  readonly ends?: readonly string[]
}

/** Reached when all of these facts have happened, in any order. */
export const all = (...types: readonly string[]): MilestoneWhen => ({ kind: 'all', types })

/** Reached by the first of these facts. */
export const any = (...types: readonly string[]): MilestoneWhen => ({ kind: 'any', types })

/**
 * The business flow that facts of one key belong to.
 *
 * @throws BanyanError rule-invalid or config-invalid for empty conditions, limits of unknown milestones, and durations.
 */
export const journey = <const M extends Readonly<Record<string, string | MilestoneWhen>>>(
  name: string,
  definition: JourneyDefinition<M>,
): Journey => {
  const milestones: Record<string, MilestoneWhen> = {}
  for (const [milestone, when] of Object.entries<string | MilestoneWhen>(definition.milestones)) {
    milestones[milestone] = typeof when === 'string' ? { kind: 'fact', type: when } : when
    if (typeof when !== 'string' && when.kind !== 'fact' && when.types.length === 0) {
      throw invalid(name, `milestone '${milestone}' waits for nothing`, 'name the facts that reach it')
    }
  }
  const limitsMs: Record<string, number> = {}
  for (const [milestone, limit] of Object.entries<Duration | undefined>(definition.limits ?? {})) {
    if (!(milestone in milestones)) {
      throw invalid(name, `limit of unknown milestone '${milestone}'`, `milestones are ${nearFirst(milestone, Object.keys(milestones))}`)
    }
    if (limit !== undefined) limitsMs[milestone] = durationMs(limit)
  }
  return { name, milestones, limitsMs, ends: definition.ends ?? [] }
}

const nearFirst = (name: string, known: readonly string[]): string => [...new Set([...nearNames(name, known), ...known])].join(', ')

const invalid = (journeyName: string, message: string, hint: string): BanyanError =>
  new BanyanError('rule-invalid', `journey '${journeyName}': ${message}`, { hint, where: journeyName })

/** The types that a milestone waits for. */
export const typesOf = (when: MilestoneWhen): readonly string[] => (when.kind === 'fact' ? [when.type] : when.types)

/** Every type that some milestone of the journey waits for. */
export const awaitedTypes = (of: Journey): readonly string[] => [...new Set(Object.values(of.milestones).flatMap(typesOf))]

/** The event type of a milestone that is derived from several facts. */
export const derivedType = (of: Pick<Journey, 'name'>, milestone: string): string => `${of.name}.${milestone}`
