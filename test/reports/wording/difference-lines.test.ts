import { expect, test } from 'vitest'
import { differenceCount, differenceLines } from '../../../reports/wording/difference-lines.ts'
import type { Data } from '../../../src/model/value.ts'

test('one difference alone reads like a patch', () => {
  expect(differenceLines({ path: '/lines/7/qty', kind: 'value', legacy: 3, candidate: 4 })).toEqual([
    '- /lines/7/qty: 3',
    '+ /lines/7/qty: 4',
  ])
  expect(differenceLines({ path: '', kind: 'extra', candidate: { a: 1n, b: new Uint8Array([1, 255]) } }).join('\n')).toContain('0x01ff')
  expect(
    differenceLines({ path: '/list', kind: 'order', legacy: [1, 2, 3], candidate: [2, 3, 1] }).filter((line) => /^[-+]/.test(line)),
  ).toEqual(['-   1', '+   1'])
})

test('what json-diff would take for a sign of its own stays data', () => {
  const lines = differenceLines({
    path: '/x',
    kind: 'value',
    legacy: ['__$!SCALAR1', 'b'],
    candidate: { a__added: 1, b: Number.NaN },
  }).join('\n')
  expect(lines).toContain('$!SCALAR1')
  expect(lines).toContain('NaN')
  expect(lines).not.toMatch(/^\+.*"?b"?$/m)
})

test('what was cut is said, and what was not told is counted', () => {
  const cut = { path: '/text', kind: 'missing', legacy: 'x'.repeat(50), shortened: true, truncated: 800 } as const
  expect(differenceLines(cut).at(-1)).toBe('… the values are larger than was kept')
  expect(differenceCount([{ path: '/a', kind: 'extra', candidate: 1 }, cut])).toBe(802)
  expect(differenceCount([])).toBe(0)
})

test('large values cost little and give few lines', () => {
  const many = (change: number): Data => Array.from({ length: 5_000 }, (_, at) => ({ id: at, qty: at + change, text: 'x'.repeat(50) }))
  const began = performance.now()
  const lines = differenceLines({ path: '/lines', kind: 'missing', legacy: many(0), candidate: many(1) })
  expect(performance.now() - began).toBeLessThan(1_000)
  expect(lines.length).toBeLessThanOrEqual(41)
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(160)
})
