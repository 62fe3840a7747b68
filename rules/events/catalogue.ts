import type { CatalogueEvent, EventCatalogue } from '../../src/model/event-catalogue.ts'
import type { EventSchema } from '../../src/model/event-schema.ts'
import type { Journey } from '../../src/model/journey.ts'
import type { Rule } from '../../src/model/rule.ts'
import { derivedType } from '../journey.ts'

/** Every event that rules and journeys can state, by type; those that a journey derives with the schemas that Banyan itself gives them. */
export const catalogueOf = (rules: readonly Rule[], journeys: readonly Journey[]): EventCatalogue => {
  const stated = rules.map(({ name, version, owner, journey, description, schema }): CatalogueEvent => {
    return { type: name, version, owner, journey, description, schema }
  })
  const events = [...stated, ...journeys.flatMap((journey) => derivedEvents(journey, ownerOf(journey, rules)))]
  return { format: 1, events: events.sort((a, b) => (a.type < b.type ? -1 : 1)) }
}

/** A milestone of several facts is owned by who states the first of them. */
const ownerOf = (journey: Journey, rules: readonly Rule[]): string =>
  rules.find((rule) => rule.journey === journey.name)?.owner ?? journey.name

const derivedEvents = (journey: Journey, owner: string): readonly CatalogueEvent[] =>
  Object.entries(journey.milestones).flatMap(([milestone, when]) => {
    const type = derivedType(journey, milestone)
    const common = { version: 1, owner, journey: journey.name }
    const words = when.kind === 'fact' ? '' : `${when.kind === 'all' ? 'All' : 'The first'} of ${when.types.join(', ')}.`
    return [
      ...(when.kind === 'fact' ? [] : [{ ...common, type, description: words, schema: reachedSchema }]),
      ...(journey.limitsMs[milestone] === undefined
        ? []
        : [{ ...common, type: `${type}-overdue`, description: `${milestone} was not reached within its time.`, schema: overdueSchema }]),
    ]
  })

const fields = (last: string, words: string): EventSchema => ({
  type: 'object',
  properties: {
    milestone: { type: 'string' },
    startedAt: { type: 'number', description: 'First fact of the journey, in ms since 1970 UTC.' },
    [last]: { type: 'number', description: words },
  },
  required: ['milestone', 'startedAt', last],
})

const reachedSchema = fields('tookMs', 'Time from the first fact to this one, in ms.')
const overdueSchema = fields('limitMs', 'The time within which it was due, in ms.')
