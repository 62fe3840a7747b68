import { expect, test } from 'vitest'
import { stagesOption } from '../../../src/cli/stages-option.ts'

test('stages are named as the status names them, in any order', () => {
  expect(stagesOption(undefined)).toBeNull()
  expect(stagesOption('classify, pair,shadow')).toEqual(new Set(['shadow', 'pair', 'classify']))
})

test('a wrong name is said with a near one, or with all', () => {
  expect(() => stagesOption('shadow,pairs')).toThrow(expect.objectContaining({ code: 'usage', hint: 'did you mean pair?' }))
  expect(() => stagesOption('everything')).toThrow(
    expect.objectContaining({ code: 'usage', hint: 'there are capture, shadow, pair, classify, publish, emit, mine' }),
  )
  for (const nothing of ['', ' , ']) expect(() => stagesOption(nothing)).toThrow(expect.objectContaining({ code: 'usage' }))
})
