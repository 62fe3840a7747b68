import type { CatalogueEvent, EventCatalogue } from '../../src/model/event-catalogue.ts'
import type { EventStream } from '../../src/model/event-stream.ts'
import { streamOf } from '../../src/model/event-stream.ts'
import { durationWords } from '../../src/model/duration.ts'
import { hashText } from '../../src/model/hash.ts'

export interface AsyncApiInput {
  readonly title: string
  readonly catalogue: EventCatalogue
  readonly streams: readonly EventStream[]
  /** `host:port` of each broker; empty where events are not published yet. */
  readonly brokers: readonly string[]
  /** How CloudEvents are written: attributes in headers, or all in the value. */
  readonly mode: 'binary' | 'structured'
}

/**
 * The catalogue as an AsyncAPI 3.0 document: a channel for each stream, a message for each type, with owner, retention and
 * freshness. Equal input gives an equal document, version included.
 */
export const asyncApi = (input: AsyncApiInput): object => {
  const { catalogue, streams } = input
  const carried = streams.map((stream) => ({
    stream,
    events: catalogue.events.filter((event) => streamOf(streams, event)?.name === stream.name),
  }))
  const document = {
    defaultContentType: contentType(input.mode),
    ...(input.brokers.length === 0
      ? {}
      : { servers: Object.fromEntries(input.brokers.map((host, at) => [`broker${at + 1}`, { host, protocol: 'kafka' }])) }),
    channels: Object.fromEntries(carried.map(({ stream, events }) => [id(stream.name), channel(stream, events)])),
    operations: Object.fromEntries(carried.map(({ stream }) => [`publish-${id(stream.name)}`, operation(stream)])),
    components: {
      messages: Object.fromEntries(carried.flatMap(({ events }) => events.map((event) => [id(event.type), message(event, input.mode)]))),
    },
  }
  const version = hashText(JSON.stringify([input.title, document])).slice(0, 12)
  const description = 'Business events, as CloudEvents 1.0. What is read is what has happened: whoever comes later reads from the start.'
  return { asyncapi: '3.0.0', info: { title: input.title, version, description }, ...document }
}

/** Names of parts may hold letters, digits, dots, dashes and underscores. */
const id = (name: string): string => name.replaceAll(/[^\w.-]/g, '_')

const contentType = (mode: AsyncApiInput['mode']): string => (mode === 'binary' ? 'application/json' : 'application/cloudevents+json')

const channel = (stream: EventStream, events: readonly CatalogueEvent[]): object => ({
  address: stream.name,
  ...(stream.description === null ? {} : { description: stream.description }),
  messages: Object.fromEntries(events.map((event) => [id(event.type), { $ref: `#/components/messages/${id(event.type)}` }])),
  bindings: {
    kafka: {
      topic: stream.name,
      partitions: stream.partitions,
      ...(stream.replicas === null ? {} : { replicas: stream.replicas }),
      topicConfiguration: { 'cleanup.policy': ['delete'], 'retention.ms': stream.retentionMs ?? -1 },
      bindingVersion: '0.5.0',
    },
  },
  'x-owner': stream.owner,
  'x-retention': stream.retentionMs === null ? 'for ever' : durationWords(stream.retentionMs),
  ...(stream.freshWithinMs === null ? {} : { 'x-fresh-within': durationWords(stream.freshWithinMs) }),
})

const operation = (stream: EventStream): object => ({ action: 'send', channel: { $ref: `#/channels/${id(stream.name)}` } })

const message = (event: CatalogueEvent, mode: AsyncApiInput['mode']): object => ({
  name: event.type,
  title: event.type,
  ...(event.description === null ? {} : { summary: event.description }),
  contentType: contentType(mode),
  headers: mode === 'binary' ? headers(event) : structuredHeaders,
  payload: mode === 'binary' ? (event.schema ?? {}) : envelope(event),
  bindings: {
    kafka: { key: { type: 'string', description: 'Key of the journey: events of one key are in order.' }, bindingVersion: '0.5.0' },
  },
  'x-owner': event.owner,
  'x-version': event.version,
})

/** Attribute → schema, as the CloudEvents specification and Banyan's extensions have them. */
const attributes = ({ type, journey }: CatalogueEvent): Readonly<Record<string, object>> => ({
  specversion: { type: 'string', const: '1.0' },
  id: { type: 'string', description: 'The same for the same fact, however often it is sent: what to know doubles by.' },
  type: { type: 'string', const: type },
  source: { type: 'string', description: 'urn:banyan: and the name of the change source.' },
  subject: { type: 'string', description: 'Key of the journey, as the key of the record.' },
  partitionkey: { type: 'string' },
  time: { type: 'string', format: 'date-time', description: 'Commit of the transaction that it comes from.' },
  ...(journey === null ? {} : { journey: { type: 'string', const: journey } }),
  rule: { type: 'string' },
  position: { type: 'string', description: 'Place in the log of the source.' },
  causation: { type: 'string', description: 'The row changes or events that caused it, with blanks between.' },
})

const headers = (event: CatalogueEvent): object => {
  const named = Object.entries(attributes(event)).map(([name, schema]) => [`ce_${name}`, schema] as const)
  const properties = {
    'content-type': { type: 'string', const: 'application/json' },
    ...Object.fromEntries(named),
    ce_ruleversion: { type: 'string' },
  }
  return { type: 'object', properties, required: Object.keys(properties) }
}

const structuredHeaders = {
  type: 'object',
  properties: { 'content-type': { type: 'string', const: 'application/cloudevents+json; charset=UTF-8' } },
}

const envelope = (event: CatalogueEvent): object => {
  const properties = {
    ...attributes(event),
    ruleversion: { type: 'integer' },
    datacontenttype: { type: 'string', const: 'application/json' },
    data: event.schema ?? {},
  }
  return { type: 'object', properties, required: Object.keys(properties) }
}
