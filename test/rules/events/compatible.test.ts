import { expect, test } from 'vitest'
import { breakingChanges } from '../../../rules/events/compatible.ts'
import type { EventSchema } from '../../../src/model/event-schema.ts'

const released: EventSchema = {
  type: 'object',
  properties: {
    total: { type: 'string', maxLength: 10 },
    channel: { enum: ['WEB', 'POS'] },
    note: { type: ['string', 'null'] },
    lines: { type: 'array', items: { type: 'object', properties: { qty: { type: 'integer' } }, required: ['qty'] } },
  },
  required: ['total', 'lines'],
  additionalProperties: false,
}
const fields = released.properties ?? {}
const withField = (name: string, schema: EventSchema): EventSchema => ({ ...released, properties: { ...fields, [name]: schema } })
const { note: _, ...withoutNote } = fields

test.each<[string, EventSchema]>([
  ['nothing', released],
  ['a new optional field', withField('tier', { type: 'string' })],
  [
    'words and order',
    {
      ...released,
      title: 'Placed',
      required: ['lines', 'total'],
      properties: { ...fields, total: { ...fields['total'], description: 'x' } },
    },
  ],
  ['open instead of closed', { ...released, additionalProperties: true }],
])('%s breaks nobody', (_, next) => {
  expect(breakingChanges(released, next)).toEqual([])
})

test.each<[string, EventSchema, string, RegExp]>([
  ['a removed field', { ...released, properties: withoutNote }, '/note', /removed/],
  ['a field that is required now', { ...released, required: ['total', 'lines', 'channel'] }, '/channel', /required now/],
  [
    'a new field that is required',
    { ...withField('tier', { type: 'string' }), required: ['total', 'lines', 'tier'] },
    '/tier',
    /required now/,
  ],
  ['a field that is optional now', { ...released, required: ['lines'] }, '/total', /optional now/],
  ['another type', withField('total', { type: 'number', maxLength: 10 }), '/total', /is number, and was string/],
  ['a narrower type', withField('note', { type: 'string' }), '/note', /no longer null/],
  ['a wider type', withField('total', { type: ['string', 'null'], maxLength: 10 }), '/total', /may be null now/],
  ['a value less', withField('channel', { enum: ['WEB'] }), '/channel', /may not be "POS"/],
  ['a value more', withField('channel', { enum: ['WEB', 'POS', 'FAX'] }), '/channel', /may be "FAX"/],
  ['a tighter bound', withField('total', { type: 'string', maxLength: 5 }), '/total', /maxLength 5, and had 10/],
  ['no bound', withField('total', { type: 'string' }), '/total', /maxLength none/],
  ['a choice', { ...released, anyOf: [{}] }, '', /another anyOf/],
  [
    'something deep down',
    withField('lines', { type: 'array', items: { type: 'object', properties: { qty: { type: 'string' } }, required: ['qty'] } }),
    '/lines/*/qty',
    /is string, and was integer/,
  ],
])('%s breaks somebody', (_, next, path, words) => {
  expect(breakingChanges(released, next)).toEqual([{ path, what: expect.stringMatching(words) }])
})

test('an integer that may have a fraction, and one that may have none any more', () => {
  expect(breakingChanges({ type: 'integer' }, { type: 'number' })).toHaveLength(1)
  expect(breakingChanges({ type: 'number' }, { type: 'integer' })).toHaveLength(1)
})
