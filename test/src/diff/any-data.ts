import fc from 'fast-check'
import type { Data } from '../../../src/model/value.ts'

/** Whatever an answer can hold, with names and numbers that are easily mistaken for others. */
export const anyData: fc.Arbitrary<Data> = fc.letrec<{ value: Data }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.double(),
    fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
    fc.string(),
    fc.uint8Array({ maxLength: 4 }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('a', 'b/c', '~', '__proto__', 'toString', '0')), tie('value'), { maxKeys: 4 }),
  ),
})).value

const small = fc.constantFrom<Data>(0, 1, 'x', null, [], { a: 1 })
const list = fc.array(small, { maxLength: 6 })

/** Two data that have much in common: lists with elements put in, taken out and moved. */
export const relatedData: fc.Arbitrary<[Data, Data]> = fc
  .tuple(list, list, list, list)
  .map(([head, one, other, tail]): [Data, Data] => [{ list: [...head, ...one, ...tail] }, { list: [...head, ...other, ...tail] }])
