import fc from 'fast-check'
import { expect, it } from 'vitest'
import { getAt, pointerOf, pointerSegments, setAt } from '../../../src/model/pointer.ts'

const answer = { node: 'W1', lines: [{ qty: 1 }, { qty: 2 }], 'a/b~c': true }

it('splits and joins any segments', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1 }), (segments) => {
      expect(pointerSegments(pointerOf(segments))).toEqual(segments)
    }),
  )
})

it('finds what stands at a pointer, and nothing inherited', () => {
  expect(getAt(answer, '')).toBe(answer)
  expect(getAt(answer, '/lines/1/qty')).toBe(2)
  expect(getAt(answer, '/a~1b~0c')).toBe(true)
  for (const pointer of ['/none', '/lines/2', '/lines/-1', '/lines/length', '/toString', '/node/0'])
    expect(getAt(answer, pointer)).toBeUndefined()
})

it('sets, adds and removes in a copy', () => {
  const before = structuredClone(answer)
  expect(setAt(answer, '/lines/0/qty', 9)).toEqual({ ...answer, lines: [{ qty: 9 }, { qty: 2 }] })
  expect(setAt(answer, '/lines/2', { qty: 3 })).toEqual({ ...answer, lines: [{ qty: 1 }, { qty: 2 }, { qty: 3 }] })
  expect(setAt(answer, '/lines/0', undefined)).toEqual({ ...answer, lines: [{ qty: 2 }] })
  expect(setAt(answer, '/node', undefined)).toEqual({ lines: answer.lines, 'a/b~c': true })
  expect(setAt(answer, '/deep/er', 1)).toEqual({ ...answer, deep: { er: 1 } })
  expect(setAt(answer, '/deep/er', undefined)).toEqual(answer)
  expect(setAt(answer, '/node/x', 1)).toEqual(answer)
  expect(setAt(answer, '', 5)).toBe(5)
  expect(answer).toEqual(before)
})
