import fc from 'fast-check'
import { expect, test } from 'vitest'
import { resumeToken } from '../../../src/model/ids.ts'
import type { Row, Value } from '../../../src/model/value.ts'
import { emptyStore } from './empty-store.ts'
import { at, batch, change, header, source } from './samples.ts'

const { store } = emptyStore()

const value: fc.Arbitrary<Value> = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.double(),
  fc.bigInt(),
  fc.uint8Array(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('\\.', '\\N', '\t', '\r\n', '\u0000', ' padded  '),
  fc.array(fc.oneof(fc.string(), fc.double())),
)
const row: fc.Arbitrary<Row> = fc.dictionary(fc.string({ unit: 'binary' }), value, { maxKeys: 6, noNullPrototype: true })

test('any row comes back as it went in', async () => {
  let number = 0
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 20 }), async (rows) => {
      number += 1
      const changes = rows.map((after, ordinal) =>
        change(number, `k${ordinal}`, after, { ordinal, before: after, beforeKind: 'full', transaction: header(number) }),
      )
      const expected = number === 1 ? null : number - 1
      await store().commitCapture(batch(number, expected, { changes }))
      const read = await store().readChanges({ source, after: number === 1 ? null : at(number - 1), upTo: at(number), limit: 1 })
      expect(read).toEqual(changes)
      const minus = read.flatMap((found) => Object.values(found.after ?? {})).filter((found) => found === 0)
      expect(minus.map((found) => Object.is(found, -0))).toEqual(
        changes
          .flatMap((made) =>
            Object.entries(made.after ?? {})
              .sort(([a], [b]) => (a < b ? -1 : 1))
              .map(([, found]) => found),
          )
          .filter((found) => found === 0)
          .map((found) => Object.is(found, -0)),
      )
    }),
    { numRuns: 60 },
  )
})

test('what cannot be stored is refused as a whole, and capture goes on', async () => {
  await store().openCapture(source)
  const bad = change(1, 'a', { when: new Date(0) as unknown as string })
  await expect(store().commitCapture(batch(1, null, { changes: [change(1, 'b', { x: 1 }, { ordinal: 1 }), bad] }))).rejects.toMatchObject({
    code: 'value-unsupported',
  })
  expect(await store().captureCursor(source)).toBeNull()
  await store().commitCapture(batch(1, null, { changes: [change(1, 'b', { x: 1 })] }))
  expect((await store().captureCursor(source))?.token).toBe(resumeToken('token 1'))
})
