import { expect, test } from 'vitest'
import { catalogueOf } from '../../../rules/events/catalogue.ts'
import type { LintInput } from '../../../rules/events/lint.ts'
import { lintEvents } from '../../../rules/events/lint.ts'
import { all, journey } from '../../../rules/journey.ts'
import { rule } from '../../../rules/rule.ts'
import type { EventCatalogue } from '../../../src/model/event-catalogue.ts'
import type { EventSchema } from '../../../src/model/event-schema.ts'
import type { EventStream } from '../../../src/model/event-stream.ts'
import type { Rule } from '../../../src/model/rule.ts'

const order = journey('order', {
  milestones: { placed: 'order.placed', confirmed: all('order.placed', 'payment.authorised') },
  limits: { placed: '1 h' },
})
const schema: EventSchema = { type: 'object', properties: { total: { type: 'string' } }, required: ['total'] }
const made = (name: string, more: { readonly schema?: EventSchema; readonly version?: number } = {}): Rule =>
  rule(name, { version: 1, owner: 'orders', journey: order, when: (tx) => tx.created('t'), emit: () => null, ...more })

const stream: EventStream = {
  name: 'orders',
  journey: 'order',
  types: [],
  owner: 'orders',
  description: null,
  retentionMs: null,
  freshWithinMs: null,
  partitions: 1,
  replicas: 1,
}
const lint = (rules: readonly Rule[], more: Partial<LintInput> = {}): readonly string[] =>
  lintEvents({ catalogue: catalogueOf(rules, [order]), released: null, streams: null, retired: [], tables: [], ...more }).map(
    ({ type, verdict, what }) => `${verdict} ${type}: ${what}`,
  )
const releasedOf = (rules: readonly Rule[]): EventCatalogue => JSON.parse(JSON.stringify(catalogueOf(rules, [order]))) as EventCatalogue

const payment = made('payment.authorised', { schema })
const placed = made('order.placed', { schema })

test('facts pass, derived ones included; what only says that a row was written does not', () => {
  expect(lint([placed, payment])).toEqual([])
  expect(lint([placed, payment, made('order.updated')])).toEqual([expect.stringContaining('refuse order.updated')])
})

test('the catalogue has what journeys derive', () => {
  const types = catalogueOf([placed, payment], [order]).events.map((event) => event.type)
  expect(types).toEqual(['order.confirmed', 'order.placed', 'order.placed-overdue', 'payment.authorised'])
})

test('what is published has a schema', () => {
  expect(lint([placed, made('payment.authorised')])).toEqual([])
  expect(lint([placed, made('payment.authorised')], { streams: [stream] })).toEqual([
    'refuse payment.authorised: it is published without a schema',
  ])
})

test('what was released is kept', () => {
  const released = releasedOf([placed, payment])
  const wider = made('order.placed', { schema: { ...schema, properties: { ...schema.properties, tier: { type: 'string' } } } })
  const broken = made('order.placed', { version: 2, schema: { type: 'object', properties: {} } })
  expect(lint([placed, payment], { released })).toEqual([])
  expect(lint([wider, payment], { released })).toEqual(['refuse order.placed: its schema changed, and its version is still 1'])
  expect(lint([{ ...wider, version: 2 }, payment], { released })).toEqual([])
  expect(lint([broken, payment], { released })).toEqual(['refuse order.placed: /total was removed'])
  expect(lint([made('order.placed'), payment], { released })).toEqual(['refuse order.placed: it has no schema any more, and had one'])
  expect(lint([placed, payment], { released: releasedOf([{ ...placed, version: 3 }, payment]) })).toEqual([
    'refuse order.placed: its version is 1, and 3 was released',
  ])
})

test('what was released is stated until it is retired', () => {
  const released = releasedOf([placed, payment, made('order.recalled', { schema })])
  expect(lint([placed, payment], { released })).toEqual(['refuse order.recalled: it was released, and nothing states it any more'])
  expect(lint([placed, payment], { released, retired: ['order.recalled'] })).toEqual([])
  expect(lint([placed, payment], { released: null, retired: ['order.placed'] })).toEqual([
    'refuse order.placed: it is retired, and still stated',
  ])
})

test('a broken fact is to get another name', () => {
  const released = releasedOf([made('order.placed.v2', { schema }), placed, payment])
  const [finding] = lintEvents({
    catalogue: catalogueOf([made('order.placed.v2', { schema: {} }), placed, payment], [order]),
    released,
    streams: null,
    retired: [],
    tables: [],
  })
  expect(finding?.hint).toContain('order.placed.v3')
})
