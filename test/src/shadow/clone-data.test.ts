import { expect, it } from 'vitest'
import { cloneData } from '../../../src/shadow/clone-data.ts'

it('says what is no data, and where', () => {
  const refused: readonly (readonly [unknown, string])[] = [
    [{ lines: [{ at: 1 }, { at: new Date(0) }] }, 'data holds an instance of Date at /lines/1/at'],
    [{ 'a/b': { fee: () => 1 } }, 'data holds a function at /a~1b/fee'],
    [[1, undefined], 'data holds undefined at /1'],
    [new Map(), 'data holds an instance of Map'],
    [Symbol('x'), 'data holds a symbol'],
  ]
  for (const [data, message] of refused)
    expect(() => cloneData(data)).toThrow(expect.objectContaining({ code: 'value-unsupported', message }))
})

it('names no place where only the amount or the depth is too much', () => {
  const cycle: { self?: unknown } = {}
  cycle.self = cycle
  expect(() => cloneData(cycle)).toThrow(/^data holds something nested deeper than 64 levels, or in a cycle$/)
  expect(() => cloneData({ text: 'x'.repeat(100) }, 50)).toThrow(/^data holds more than 50 characters, bytes and values$/)
})
