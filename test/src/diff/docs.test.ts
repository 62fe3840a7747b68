import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { normaliserNames } from '../../../src/diff/normalisers.ts'
import { compileComparison } from '../../../src/diff/compare.ts'
import { currency, exact, ignore, keyed, normalised, tolerance, unordered } from '../../../src/index.ts'
import type { Comparison } from '../../../src/index.ts'

const page = readFileSync(join(resolve(import.meta.dirname, '../../..'), 'docs/compare.md'), 'utf8')

test('the page names every normaliser', () => {
  const named = [...(/\*\*Normalisers\*\*:(.+?)\n\n/s.exec(page)?.[1] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name)
  expect(named).toEqual([...normaliserNames])
})

test('the example of the page works, and hides what it says', () => {
  const body = /export const compare: Comparison = (\{.+?\n\})/s.exec(page)?.[1] ?? ''
  const said = { currency, exact, ignore, keyed, normalised, tolerance, unordered }
  const made = new Function(...Object.keys(said), `return (${body})`)(...Object.values(said)) as Comparison
  expect(Object.keys(made)).toHaveLength(7)
  const hidden: string[] = []
  const compare = compileComparison(made, { onHidden: ({ pattern }) => void hidden.push(pattern) })
  const answer = (price: string, promisedAt: string, name: string, printedAt: number) => ({
    lines: [
      { sku: 'A', qty: 1, price, printedAt },
      { sku: 'B', qty: 2, price: '5.00', printedAt },
    ],
    tags: ['x', 'y'],
    promisedAt,
    customer: { name },
  })
  const legacy = answer('1.00', '2026-03-01T10:00:00', 'Zoë ', 1)
  const candidate = answer('1.01', '2026-03-01T09:00:00.5Z', 'ZOE\u0308', 2)
  const moved = { ...candidate, lines: candidate.lines.toReversed(), tags: ['y', 'x'] }
  expect(compare(legacy, moved)).toEqual([])
  expect([...new Set(hidden)].sort()).toEqual(['/**/printedAt', '/customer/name', '/lines/*/price', '/promisedAt'])
  expect(compare(moved, legacy).map(({ path }) => path)).toEqual(['/promisedAt'])
})
