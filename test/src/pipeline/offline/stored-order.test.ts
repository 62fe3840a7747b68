import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decode, encode } from '../../../../src/model/canonical.ts'
import type { Data } from '../../../../src/model/value.ts'
import { storedData } from '../../../../src/pipeline/offline/stored-order.ts'

/** The names of all objects, in the order in which they stand. */
const namesIn = (data: Data): readonly string[] =>
  data === null || typeof data !== 'object' || data instanceof Uint8Array
    ? []
    : Object.entries(data).flatMap(([name, value]) => [Array.isArray(data) ? '' : name, ...namesIn(value as Data)])

test('data in stored order is what a store gives back, and what is in order stays itself', () => {
  const names = fc.string({ minLength: 1, maxLength: 4 }).filter((name) => name !== '__proto__' && !/^\d/.test(name))
  const { data } = fc.letrec<{ data: Data }>((tie) => ({
    data: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom<Data>(null, true, 1, 'x', 2n),
      fc.array(tie('data'), { maxLength: 4 }),
      fc.dictionary(names, tie('data'), { maxKeys: 5, noNullPrototype: true }),
    ),
  }))
  fc.assert(
    fc.property(data, (one) => {
      const stored = storedData(one)
      expect(namesIn(stored)).toEqual(namesIn(decode(encode(one))))
      expect(encode(stored)).toBe(encode(one))
      expect(storedData(stored)).toBe(stored)
    }),
  )
})
