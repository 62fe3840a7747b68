import { expect, test } from 'vitest'
import { cloudEventRecord } from '../../../../adapters/kafka/publish/cloud-event-record.ts'
import { streamOfTopic } from '../../../../adapters/kafka/publish/topic-options.ts'
import type { BusinessEvent } from '../../../../src/model/business-event.ts'
import { changeId, epochMs, journeyKey, position, sourceName } from '../../../../src/model/ids.ts'

const at = position('pg1t1:0000000001')
const event: BusinessEvent = {
  id: '0a' as BusinessEvent['id'],
  type: 'shipment.departed',
  source: sourceName('wms'),
  key: journeyKey('S-4711 ü'),
  data: { weight: 12n, label: Uint8Array.of(1, 2, 255), ratio: Number.NaN, b: [], a: null, __proto__x: 'é' },
  occurredAt: epochMs(Date.UTC(2026, 2, 1, 9, 30)),
  position: at,
  ordinal: 0,
  journey: 'shipment',
  milestone: null,
  rule: { name: 'shipment.departed', version: 2 },
  causes: [changeId(at, 0), changeId(at, 3)],
}
const textOf = (bytes: Uint8Array | null): string | null => (bytes === null ? null : Buffer.from(bytes).toString())
const json = '{"__proto__x":"é","a":null,"b":[],"label":"AQL/","ratio":"NaN","weight":"12"}'

test('binary: attributes in headers, the data alone as value, keyed by the journey', () => {
  const { topic, key, value, headers } = cloudEventRecord('updates', event, 'binary')
  expect([topic, textOf(key), textOf(value)]).toEqual(['updates', 'S-4711 ü', json])
  expect(headers).toEqual({
    'content-type': 'application/json',
    ce_specversion: '1.0',
    ce_id: '0a',
    ce_type: 'shipment.departed',
    ce_source: 'urn:banyan:wms',
    ce_subject: 'S-4711 ü',
    ce_partitionkey: 'S-4711 ü',
    ce_time: '2026-03-01T09:30:00.000Z',
    ce_journey: 'shipment',
    ce_rule: 'shipment.departed',
    ce_ruleversion: '2',
    ce_position: 'pg1t1:0000000001',
    ce_causation: 'pg1t1:0000000001#0 pg1t1:0000000001#3',
  })
})

test('structured: all in the value', () => {
  const { value, headers } = cloudEventRecord('updates', event, 'structured')
  expect(headers).toEqual({ 'content-type': 'application/cloudevents+json; charset=UTF-8' })
  expect(JSON.parse(textOf(value) ?? '')).toMatchObject({ specversion: '1.0', id: '0a', ruleversion: 2, data: JSON.parse(json) as object })
})

test('data that is null is the JSON null, never a tombstone', () => {
  expect(textOf(cloudEventRecord('updates', { ...event, data: null }, 'binary').value)).toBe('null')
})

test.each([
  ['no events', { topic: 't', owner: 'o' }],
  ['no owner', { topic: 't', owner: '', journey: 'j' }],
  ['a name that is none', { topic: 'a b', owner: 'o', journey: 'j' }],
  ['no partitions', { topic: 't', owner: 'o', journey: 'j', partitions: 0 }],
])('a topic with %s is refused', (_, options) => {
  expect(() => streamOfTopic(options)).toThrowError(expect.objectContaining({ code: 'config-invalid', where: options.topic }))
})
