import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { asyncApi } from '../../../rules/events/asyncapi.ts'
import { catalogueOf } from '../../../rules/events/catalogue.ts'
import { journey } from '../../../rules/journey.ts'
import { rule } from '../../../rules/rule.ts'
import type { EventStream } from '../../../src/model/event-stream.ts'

interface Validate {
  (document: unknown): boolean
  readonly errors: readonly unknown[] | null | undefined
}

/** The specification's own schema. Loaded by name: neither package has types that fit this one use. */
const load = createRequire(import.meta.url)
const { default: Ajv } = load('ajv') as { readonly default: new (options: object) => { readonly compile: (schema: unknown) => Validate } }
const official = load('@asyncapi/specs/schemas/3.0.0-without-$id.json') as object
const validate = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(official)

const shipment = journey('shipment', {
  milestones: { departed: 'shipment.departed', arrived: 'shipment.arrived' },
  limits: { arrived: '2 d' },
})
const rules = ['shipment.departed', 'shipment.arrived', 'dock.closed'].map((name) =>
  rule(name, {
    version: 2,
    owner: 'warehouse',
    description: `${name}, that is.`,
    ...(name.startsWith('dock') ? {} : { journey: shipment }),
    schema: { type: 'object', properties: { at: { type: 'string', format: 'date-time' } }, required: ['at'] },
    when: (tx) => tx.created('t'),
    emit: () => null,
  }),
)
const stream: EventStream = {
  name: 'shipment-updates',
  journey: 'shipment',
  types: ['dock.closed'],
  owner: 'warehouse',
  description: 'What becomes of shipments.',
  retentionMs: 90 * 86_400_000,
  freshWithinMs: 10_000,
  partitions: 3,
  replicas: 2,
}
const input = { title: 'Logistics', catalogue: catalogueOf(rules, [shipment]), streams: [stream], brokers: ['kafka.example:9092'] } as const

test.each(['binary', 'structured'] as const)('the document (%s) is valid by the schema of AsyncAPI 3.0', (mode) => {
  validate(asyncApi({ ...input, mode }))
  expect(validate.errors ?? []).toEqual([])
  expect(validate({ ...asyncApi({ ...input, mode }), channels: { x: { messages: 1 } } })).toBe(false)
})

test('every event of a stream is a message of its channel, with owner, schema, key, retention and freshness', () => {
  const document = asyncApi({ ...input, mode: 'binary' })
  expect(document).toMatchObject({
    channels: {
      'shipment-updates': {
        address: 'shipment-updates',
        'x-owner': 'warehouse',
        'x-retention': '90 d',
        'x-fresh-within': '10 s',
        bindings: { kafka: { partitions: 3, replicas: 2, topicConfiguration: { 'retention.ms': 7_776_000_000 } } },
      },
    },
    components: {
      messages: {
        'shipment.departed': {
          'x-owner': 'warehouse',
          'x-version': 2,
          headers: { properties: { ce_type: { const: 'shipment.departed' } }, required: expect.arrayContaining(['ce_id', 'ce_source']) },
          payload: { required: ['at'] },
        },
      },
    },
  })
  const { messages } = (document as { readonly channels: Readonly<Record<string, { readonly messages: object }>> }).channels[
    'shipment-updates'
  ] ?? { messages: {} }
  expect(Object.keys(messages)).toEqual(['dock.closed', 'shipment.arrived', 'shipment.arrived-overdue', 'shipment.departed'])
})

test('the version of the document changes with what it says, and with nothing else', () => {
  const versionOf = (more: Partial<Parameters<typeof asyncApi>[0]>): unknown =>
    (asyncApi({ ...input, mode: 'binary', ...more }) as { readonly info: { readonly version: string } }).info.version
  expect(versionOf({})).toBe(versionOf({}))
  expect(versionOf({ streams: [{ ...stream, owner: 'transport' }] })).not.toBe(versionOf({}))
})
