import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Catalogue, CatalogueTable } from '../../../adapters/postgres/catalogue.ts'
import type { TypeShape } from '../../../adapters/postgres/codec.ts'
import { decodeLines } from '../../../adapters/postgres/decode-lines.ts'
import { eachLineText } from '../../../adapters/postgres/line-text.ts'
import { encode } from '../../../src/model/canonical.ts'
import { tableName } from '../../../src/model/ids.ts'
import { orRefused, snapshotHeader } from './decoded-rows.ts'

const [domainOid, arrayOid] = [20_001, 20_002]
const types = new Map<number, TypeShape>([
  [domainOid, { kind: 'domain', base: 20 }],
  [arrayOid, { kind: 'array', element: 23, delimiter: ',' }],
])
const oids = [16, 17, 20, 21, 23, 25, 700, 701, 1114, 1184, 1700, domainOid, arrayOid]
const names = ['zone', 'a', 'B', '$x', 'é', 'k1', 'k0', 'n', 'm', 'l', 'c', 'd', 'e']
const catalogue = { types } as unknown as Catalogue
const table = {
  ref: { name: tableName('t') },
  columns: names.map((name, place) => ({ name, typeOid: oids[place] ?? 0 })),
  published: names,
  keyColumns: ['B', 'zone'],
} as unknown as CatalogueTable

/** As the server writes them, and as it never would. */
const likely: Readonly<Record<number, readonly string[]>> = {
  16: ['t', 'f', 'x'],
  17: ['\\\\x', '\\\\x00ff', '\\\\x0'],
  20: ['0', '-1', '9223372036854775807', '-9223372036854775808', '007', '-0', '99999999999999999999', '1e3', ''],
  21: ['0', '-32768', '32767', '00', '-0', '+1', '12345678901234567', ''],
  23: ['2147483647', '-2147483648', '01'],
  700: ['NaN', 'Infinity', '-0', '1.5e-45', ''],
  701: ['1e308', '-Infinity', '0.1'],
  1114: ['2026-03-01 09:30:00.5', 'infinity', '0044-03-15 00:00:00 BC'],
  1184: ['2026-03-01 09:30:00+00', '-infinity', '294276-12-31 23:59:59.999999+00'],
  1700: ['1.50', 'NaN', '-0.00'],
  [domainOid]: ['5', 'five'],
  [arrayOid]: ['{1,2,NULL}', '{}', '[0:1]={1,2}', '{'],
}

/** Mostly null, so that one field that cannot be read does not hide all others. */
const fieldOf = (oid: number): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 12, arbitrary: fc.constant('\\N') },
    { weight: 3, arbitrary: fc.constantFrom('plain', ...(likely[oid] ?? [])) },
    { weight: 1, arbitrary: fc.constantFrom('', 'a "quoted" text', 'tab\\tand\\\\slash', 'größe ✓', 'x'.repeat(90)) },
  )

test('rows as text are what the canonical form says of their values, and neither is had where the other is refused', () => {
  let read = 0
  fc.assert(
    fc.property(fc.tuple(...oids.map(fieldOf)), (fields) => {
      const bytes = Buffer.from(`${fields.join('\t')}\n`)
      const values = orRefused(() =>
        decodeLines({ bytes, rows: 1 }, table, catalogue, { header: snapshotHeader, first: 0 }).map(({ key, after }) => [
          key,
          encode(after),
        ]),
      )
      const texts: unknown[] = []
      const said = orRefused(() => eachLineText({ bytes, rows: 1 }, table, catalogue, (key, after) => texts.push([key, after])))
      expect(said === 'refused' ? said : texts).toEqual(values)
      if (values !== 'refused') read += 1
    }),
    { numRuns: 3_000 },
  )
  expect(read).toBeGreaterThan(100)
})

test('every likely text of every type, alone', () => {
  for (const [place, oid] of oids.entries()) {
    for (const text of ['\\N', 'plain', ...(likely[oid] ?? [])]) {
      const bytes = Buffer.from(`${oids.map((_, other) => (other === place ? text : '\\N')).join('\t')}\n`)
      const values = orRefused(() =>
        decodeLines({ bytes, rows: 1 }, table, catalogue, { header: snapshotHeader, first: 0 }).map(({ after }) => encode(after)),
      )
      const texts: string[] = []
      const said = orRefused(() => eachLineText({ bytes, rows: 1 }, table, catalogue, (_, after) => texts.push(after)))
      expect({ oid, text, texts: said === 'refused' ? said : texts }).toEqual({ oid, text, texts: values })
    }
  }
})
