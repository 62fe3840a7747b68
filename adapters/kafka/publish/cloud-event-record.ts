import type { BusinessEvent, CloudEvent } from '../../../src/model/business-event.ts'
import { toCloudEvent } from '../../../src/model/business-event.ts'
import { toJsonData } from '../../../src/model/json-data.ts'
import type { ProducerRecord } from '../produce/transactional-producer.ts'

export type CloudEventMode = 'binary' | 'structured'

/**
 * An event as a record, by the Kafka protocol binding of CloudEvents 1.0: binary (attributes in headers, the data as value) or structured
 * (all in the value). Keyed by the journey's key. Equal events give equal bytes. The value is never null, which would delete the key
 * from a compacted topic.
 */
export const cloudEventRecord = (topic: string, event: BusinessEvent, mode: CloudEventMode): ProducerRecord => {
  const cloud = toCloudEvent(event)
  const key = Buffer.from(event.key)
  if (mode === 'binary') return { topic, key, value: Buffer.from(JSON.stringify(toJsonData(cloud.data))), headers: attributeHeaders(cloud) }
  const value = Buffer.from(JSON.stringify({ ...cloud, data: toJsonData(cloud.data) }))
  return { topic, key, value, headers: { 'content-type': 'application/cloudevents+json; charset=UTF-8' } }
}

const attributeHeaders = ({ data: _, datacontenttype, ...attributes }: CloudEvent): Readonly<Record<string, string>> => {
  const headers: Record<string, string> = { 'content-type': datacontenttype }
  for (const [name, value] of Object.entries(attributes)) headers[`ce_${name}`] = String(value)
  return headers
}
