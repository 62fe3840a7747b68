import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BanyanError } from '../../../src/model/errors.ts'
import { change, decoderOf, envelope, mysqlSource, record, table } from './debezium-samples.ts'

const soak = process.env['BANYAN_SOAK'] !== undefined
const runs = soak ? 1_000_000 : 20_000
/** Not pure luck: every run fuzzes others, and a failure prints its seed. */
const settings = { numRuns: Math.ceil(runs / 3), endOnFailure: true }

const wide = table('t', { '*id': 'bigint', price: 'numeric(38,6)', note: 'text', at: 'timestamp without time zone', some: 'bigint[]' })

const int64 = fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n })

/** The big-endian two's complement, made digit by digit. */
const base64Of = (value: bigint): string => {
  let length = 1
  while (value < -(1n << BigInt(8 * length - 1)) || value >= 1n << BigInt(8 * length - 1)) length += 1
  return Buffer.from(Array.from({ length }, (_, place) => Number(BigInt.asUintN(8, value >> BigInt(8 * (length - 1 - place)))))).toString(
    'base64',
  )
}

test('64-bit numbers, decimals, times and text are exact, whatever they are', { timeout: 600_000 }, () => {
  const decoder = decoderOf({ tables: [wide] })
  fc.assert(
    fc.property(
      int64,
      fc.bigInt({ min: -(10n ** 38n), max: 10n ** 38n }),
      fc.string({ unit: 'grapheme' }),
      fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
      fc.integer({ min: 0, max: 999 }),
      (id, unscaled, note, at, micros) => {
        const row = `{"id":${id},"price":"${base64Of(unscaled)}","note":${JSON.stringify(note)},"at":${BigInt(at.getTime()) * 1000n + BigInt(micros)},"some":[${id},null]}`
        const { after, key } = change(decoder.decode(record(envelope('c', { after: row }))))
        expect(after?.['id']).toBe(id)
        expect(key).toBe(`[{"$i":"${id}"}]`)
        const [whole = '', fraction = ''] = String(after?.['price']).split('.')
        expect(fraction).toHaveLength(6)
        expect(BigInt(`${whole}${fraction}`)).toBe(unscaled)
        expect(after?.['note']).toBe(note)
        expect(after?.['at']).toBe(at.toISOString().replace('Z', String(micros).padStart(3, '0')))
        expect(after?.['some']).toEqual([id, null])
      },
    ),
    settings,
  )
})

const valid = [
  envelope('c', { after: '{"id":9223372036854775807,"price":"AQ==","note":"a","at":1,"some":[1]}' }),
  envelope('d', { before: '{"id":1,"price":null,"note":null,"at":null,"some":null}' }, mysqlSource),
  '{"status":"END","id":"1:2","event_count":1,"data_collections":[{"data_collection":"inv.t","event_count":1}],"ts_ms":1}',
  '{"id":1,"price":"AQ==","note":"a","at":1,"some":[1],"__op":"c","__connector":"postgresql","__deleted":"false"}',
  `{"schema":{"type":"struct","fields":[{"field":"after","type":"struct","fields":[{"field":"id","type":"int64"}]}]},"payload":${envelope('c', { after: '{"id":5}' })}}`,
].map((text) => Buffer.from(text))

const topics = ['p.inv.t', 'p.transaction', '__debezium-heartbeat.p', 'p', 'elsewhere']

/** Reads it, or refuses it with its place; nothing else. */
const readsOrRefuses = (decode: () => unknown): void => {
  try {
    decode()
  } catch (error) {
    if (!(error instanceof BanyanError)) throw error
    expect([error.code, error.where]).toEqual([
      expect.stringMatching(/^source-(?:undecodable|settings)$/),
      expect.stringContaining('at offset'),
    ])
  }
}

test('broken records are refused, and no record but the broken one suffers', { timeout: 600_000 }, () => {
  const decoder = decoderOf({ tables: [wide] })
  const sound = record(envelope('c', { after: '{"id":1,"price":"AQ==","note":"a","at":1,"some":[1]}' }))
  const expected = decoder.decode(sound)
  fc.assert(
    fc.property(
      fc.constantFrom(...valid),
      fc.constantFrom(...topics),
      fc.array(fc.tuple(fc.nat(), fc.constantFrom('cut', 'set', 'drop', 'double'), fc.integer({ min: 0, max: 255 })), {
        minLength: 1,
        maxLength: 4,
      }),
      (start, topic, cuts) => {
        let bytes = start
        for (const [far, how, byte] of cuts) {
          const at = far % (bytes.length + 1)
          if (how === 'cut') bytes = bytes.subarray(0, at)
          else if (how === 'set') bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from([byte]), bytes.subarray(at + 1)])
          else if (how === 'drop') bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + (byte % 8))])
          else bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at - (byte % 16))])
        }
        readsOrRefuses(() => decoder.decode({ ...record(null), topic, value: bytes }))
      },
    ),
    settings,
  )
  expect(decoder.decode(sound)).toEqual(expected)
})

test('any JSON at all, and any in the place of a row, is read or refused', { timeout: 600_000 }, () => {
  const decoder = decoderOf({ tables: [wide] })
  const anything = fc.jsonValue({ maxDepth: 4 })
  fc.assert(
    fc.property(anything, fc.constantFrom(...topics), fc.boolean(), (json, topic, inRow) => {
      const text = JSON.stringify(json)
      const column = ['id', 'price', 'note', 'at', 'some'][text.length % 5]
      readsOrRefuses(() => decoder.decode(record(inRow ? envelope('c', { after: `{"${column}":${text}}` }) : text, { topic })))
    }),
    settings,
  )
})

test('nesting without an end, and numbers beyond every form, are refused in no time', () => {
  const decoder = decoderOf({ tables: [wide] })
  const startedMs = Date.now()
  for (const text of [
    `${'['.repeat(500_000)}${']'.repeat(500_000)}`,
    envelope('c', { after: `{"id":${'9'.repeat(20_000)}.5}` }),
    envelope('c', { after: '{"id":1e999}' }),
    envelope('c', { after: '{"__proto__":{"id":1}}' }),
    `{"schema":{"type":"struct","fields":${'['.repeat(10_000)}${']'.repeat(10_000)}},"payload":${envelope('c', { after: '{"id":1}' })}}`,
  ])
    expect(() => decoder.decode(record(text))).toThrow(expect.objectContaining({ code: 'source-undecodable' }))
  expect(Date.now() - startedMs).toBeLessThan(5000)
})
