import { expect, it } from 'vitest'
import type { BusinessEvent } from '../../../src/model/business-event.ts'
import { toCloudEvent } from '../../../src/model/business-event.ts'
import type { EventId } from '../../../src/model/ids.ts'
import { changeId, epochMs, journeyKey, position, sourceName } from '../../../src/model/ids.ts'

const at = position('pg1:000000000000000A')
const event: BusinessEvent = {
  id: '0a' as EventId,
  type: 'order.placed',
  source: sourceName('oms'),
  key: journeyKey('4711'),
  data: { total: '12.50' },
  occurredAt: epochMs(Date.UTC(2026, 2, 1, 9, 30) + 0.125),
  position: at,
  ordinal: 0,
  journey: 'order',
  milestone: 'placed',
  rule: { name: 'order.placed', version: 2 },
  causes: [changeId(at, 0), changeId(at, 3)],
}

it('has a CloudEvents 1.0 form', () => {
  expect(toCloudEvent(event)).toEqual({
    specversion: '1.0',
    id: '0a',
    type: 'order.placed',
    source: 'urn:banyan:oms',
    subject: '4711',
    partitionkey: '4711',
    time: '2026-03-01T09:30:00.000Z',
    datacontenttype: 'application/json',
    journey: 'order',
    milestone: 'placed',
    rule: 'order.placed',
    ruleversion: 2,
    position: at,
    causation: `${at}#0 ${at}#3`,
    data: { total: '12.50' },
  })
})

it('leaves journey and milestone out where there are none; attribute names are lower-case letters and digits', () => {
  const cloud = toCloudEvent({ ...event, journey: null, milestone: null })
  expect(Object.keys(cloud)).not.toContain('journey')
  expect(Object.keys(cloud)).not.toContain('milestone')
  for (const name of Object.keys(toCloudEvent(event))) expect(name).toMatch(/^[a-z0-9]{1,20}$/)
})
