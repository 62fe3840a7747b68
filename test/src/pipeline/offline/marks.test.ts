import fc from 'fast-check'
import { expect, test } from 'vitest'
import { epochMs } from '../../../../src/model/ids.ts'
import { createMarks } from '../../../../src/pipeline/offline/marks.ts'
import { positionOf } from './offline-shop.ts'

test('marks tell at each instant how far things had come, also after forgetting', () => {
  const steps = fc.array(fc.record({ waitMs: fc.integer({ min: 0, max: 5 }), by: fc.integer({ min: 0, max: 3 }) }), { maxLength: 60 })
  fc.assert(
    fc.property(steps, fc.nat(300), fc.nat(300), (moves, asked, forgotten) => {
      const marks = createMarks()
      let [at, index] = [0, 0]
      const told: { readonly at: number; readonly index: number }[] = []
      for (const { waitMs, by } of moves) {
        at += waitMs
        index += by
        marks.note(epochMs(at), positionOf(index))
        told.push({ at, index })
      }
      marks.forgetBefore(epochMs(Math.min(asked, forgotten)))
      const last = told.findLast((one) => one.at <= asked)
      expect(marks.at(epochMs(asked))).toBe(last === undefined ? '' : positionOf(last.index))
    }),
  )
})
