import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encode } from '../../../src/model/canonical.ts'
import type { Row } from '../../../src/model/value.ts'
import { copyBuffer } from '../../../src/store/copy-buffer.ts'
import { copyText } from '../../../src/store/copy-text.ts'

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('"', '\\', 'a\tb\n', '\u0000', '\u007f', 'é', 'x'.repeat(500)),
)
const value = fc.oneof(
  text,
  fc.integer(),
  fc.double(),
  fc.bigInt(),
  fc.boolean(),
  fc.constant(null),
  fc.uint8Array({ maxLength: 9 }),
  fc.array(text, { maxLength: 3 }),
)
const row = fc.dictionary(fc.oneof(fc.constantFrom('ord_no', 'qty', '$x', 'a"b', 'ä', 'tab\there'), text), value, {
  maxKeys: 6,
}) as fc.Arbitrary<Row>

test('rows are written as the canonical form says them, whatever is in them', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.option(row), fc.option(text)), { maxLength: 30 }),
      fc.integer({ min: 1, max: 300 }),
      (lines, chunkBytes) => {
        const out = copyBuffer(chunkBytes)
        for (const [one, word] of lines) {
          out.row(one)
          out.tab()
          out.text(word)
          out.endLine()
        }
        const said = lines.map(
          ([one, word]) => `${one === null ? '\\N' : copyText(encode(one))}\t${word === null ? '\\N' : copyText(word)}\n`,
        )
        const chunks = out.take()
        expect(Buffer.concat(chunks).toString()).toBe(Buffer.from(said.join('')).toString())
        for (const chunk of chunks) expect(chunk.at(-1)).toBe(0x0a)
        expect(out.take()).toEqual([])
      },
    ),
    { numRuns: 500 },
  )
})
