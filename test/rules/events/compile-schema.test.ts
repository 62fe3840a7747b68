import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { compileSchema } from '../../../rules/events/compile-schema.ts'
import { schemaOf } from '../../../rules/events/schema-of.ts'
import type { EventSchema } from '../../../src/model/event-schema.ts'
import type { JsonData } from '../../../src/model/json-data.ts'

const line = z.strictObject({ sku: z.string().min(1).max(8), qty: z.int().min(1).max(99), gift: z.boolean().optional() })
const schemas = [
  z.strictObject({ channel: z.enum(['WEB', 'POS']), total: z.string().regex(/^\d+\.\d\d$/), lines: z.array(line).min(1).max(3) }),
  z.union([z.null(), z.literal('x'), z.number().gt(0).lt(10)]),
  z.discriminatedUnion('kind', [z.looseObject({ kind: z.literal('a'), n: z.number() }), z.looseObject({ kind: z.literal('b') })]),
  z.record(z.string().max(2), z.int().max(5)),
  z.looseObject({ at: z.string().nullable(), rest: z.array(z.unknown()).optional() }),
]

const near = fc.letrec((tie) => ({
  data: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, true, 'WEB', 'x', 'a', 'b', '12.50', 'SKU-1', '', 1, 5, 99.5, -3),
    fc.array(tie('data'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom('channel', 'total', 'lines', 'sku', 'qty', 'gift', 'kind', 'n', 'at', 'rest', 'zzz'), tie('data'), {
      maxKeys: 4,
    }),
    fc.record({ sku: fc.constantFrom('A', 'TOO-LONG-A-NAME'), qty: fc.integer({ min: -1, max: 120 }) }),
    fc.record({
      channel: fc.constantFrom('WEB', 'FAX'),
      total: fc.constantFrom('1.00', '1'),
      lines: fc.array(fc.record({ sku: fc.constant('A'), qty: fc.integer({ min: 0, max: 9 }) }), { maxLength: 4 }),
    }),
    fc.record({ kind: fc.constantFrom('a', 'b', 'c'), n: fc.oneof(fc.integer(), fc.string()) }),
  ),
})).data as fc.Arbitrary<JsonData>

test.each(schemas.map((schema, at) => [at, schema] as const))('schema %i admits what zod admits, and nothing else', (_, schema) => {
  const check = compileSchema(schemaOf(schema, 'r'))
  let admitted = 0
  fc.assert(
    fc.property(near, (data) => {
      const right = schema.safeParse(data).success
      if (right) admitted += 1
      expect(check(data) === null).toBe(right)
    }),
    { numRuns: 2_000, seed: 11 },
  )
  expect(admitted).toBeGreaterThan(5)
})

test('a breach says where and what', () => {
  const check = compileSchema({
    type: 'object',
    properties: {
      lines: { type: 'array', items: { type: 'object', properties: { 'a/b': { type: 'integer', minimum: 1 } }, required: ['a/b'] } },
    },
  })
  expect(check({ lines: [{ 'a/b': 1 }, { 'a/b': 0 }] })).toEqual({ path: '/lines/1/a~1b', what: 'is not at least 1' })
  expect(check({ lines: [{}] })).toEqual({ path: '/lines/0/a~1b', what: 'is missing' })
  expect(check([])).toEqual({ path: '', what: 'is no object' })
})

test.each([
  ['a keyword that is not checked', { $ref: '#/x' }, '$ref'],
  ['one deeper down', { properties: { a: { items: { uniqueItems: true } } } }, '/properties/a/items has uniqueItems'],
  ['an unknown type', { type: 'text' }, 'type text'],
  ['a broken pattern', { pattern: '(' }, 'regular expression'],
  ['what is no schema', { items: true }, '/items is no schema'],
])('%s is refused', (_, schema, words) => {
  expect(() => schemaOf(schema as EventSchema, 'order.placed')).toThrowError(
    expect.objectContaining({ code: 'rule-invalid', where: 'order.placed', message: expect.stringContaining(words) }),
  )
})

test('a field may be called like a keyword, or not at all like one', () => {
  const schema: EventSchema = { type: 'object', properties: { title: { type: 'string' }, $ref: { type: 'string' } } }
  expect(compileSchema(schemaOf(schema, 'r'))({ title: 1 })).toMatchObject({ path: '/title' })
})

test('a schema that JSON Schema cannot say is refused', () => {
  expect(() => schemaOf(z.object({ at: z.date() }), 'r')).toThrowError(expect.objectContaining({ code: 'rule-invalid' }))
})
