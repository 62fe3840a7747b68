import type { NightCase } from '../../model/night.ts'
import type { Observation } from '../../model/observation.ts'
import { shorten, weigh } from '../../model/shorten.ts'
import type { Data } from '../../model/value.ts'

const maxItems = 100

/** A case of which no value weighs more than `room` characters, bytes and values: a night is held in memory as a whole. */
export const boundedCase = (one: NightCase, room: number): NightCase => ({
  ...one,
  trigger: shorten(one.trigger, room),
  legacy: one.legacy === null ? null : bounded(one.legacy, room),
  live: bounded(one.live, room),
  asOf: bounded(one.asOf, room),
  restoring: one.restoring
    .slice(0, maxItems)
    .map((read) => ({ ...read, seen: shorten(read.seen, room), atLegacyCommit: shorten(read.atLegacyCommit, room) })),
  evidence: one.evidence.slice(0, maxItems).map((evidence) => ({ ...evidence, data: shorten(evidence.data, room) })),
})

const bounded = (observation: Observation, room: number): Observation =>
  observation.kind !== 'decided'
    ? observation
    : {
        kind: 'decided',
        answer: shorten(observation.answer, room),
        effects: observation.effects.slice(0, maxItems).map(({ kind, payload }) => ({ kind, payload: shorten(payload, room) })),
      }

/** About how much memory a case takes. */
export const caseWeight = (one: NightCase, most: number): number => weigh(one as unknown as Data, most)
