import { expect, it } from 'vitest'
import { createDoubts } from '../../../../src/classify/judge/other-code.ts'
import { residues } from './residues.ts'

const wrongIn = (version: string, right: string, count: number) =>
  residues(count, () => ({ version, bisected: { agrees: [right], differs: [], unlike: [right] } }))

it('doubts code that errs more often than it mends', () => {
  const doubtOf = createDoubts([...wrongIn('v2', 'v1', 3), ...wrongIn('v1', 'v2', 8)])
  expect(doubtOf({ version: 'v1', decidedBy: 'v2' })?.data).toEqual({ version: 'v1', decidedBy: 'v2', mends: 3, errs: 8 })
  expect(doubtOf({ version: 'v2', decidedBy: 'v1' })).toBeNull()
})

it('doubts code of which nothing is known', () => {
  expect(createDoubts([])({ version: 'v1', decidedBy: 'v2' })).not.toBeNull()
})
