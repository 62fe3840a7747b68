import { expect, it } from 'vitest'
import { nearNames } from '../../../src/model/near-names.ts'

const tables = ['ord_hdr', 'ord_ln', 'cust_mst', 'inv_bal']

it.each([
  ['ord_hrd', ['ord_hdr']],
  ['ORD_LN', ['ord_ln']],
  ['cust', ['cust_mst']],
  ['public.inv_bal', ['inv_bal']],
  ['shipment', []],
  ['', []],
])("finds what '%s' may mean", (name, near) => {
  expect(nearNames(name, tables)).toEqual(near)
})

it('names at most three, nearest first', () => {
  expect(nearNames('abcdef', ['abcdxx', 'abcdex', 'abcdef', 'abcdeg', 'zzz'])).toEqual(['abcdef', 'abcdeg', 'abcdex'])
})
