import { expect, it } from 'vitest'
import { mineTable } from '../../../src/mine/mine.ts'
import { contextName } from '../../../src/model/ids.ts'
import { plantedTable } from '../../../bench/mine/planted-table.ts'
import { workloads } from '../../../bench/mine/workloads.ts'

it('finds on a sample, and proves on all, what was planted in more decisions than the search looks at', { timeout: 120_000 }, () => {
  const { columns, rules, noise, plain } = workloads.encoded
  const rows = 120_000
  const { table, fired } = plantedTable({ rows, seed: 3, columns: columns(rows, 10), rules, noise })
  const result = mineTable(table, { context: contextName('bench'), plain })
  const shares = rules.map((_, index) => {
    const planted = new Set(Array.from(fired.keys()).filter((row) => fired[row] === index + 1))
    return Math.max(
      ...result.rules.map(({ id }) => {
        const claimed = (result.extensions.get(id) ?? []).map((decision) => Number(decision.slice(1)))
        const open = claimed.filter((row) => planted.has(row) || fired[row] === 0)
        return open.filter((row) => planted.has(row)).length / (planted.size + open.filter((row) => !planted.has(row)).length)
      }),
    )
  })
  expect(shares.filter((share) => share >= 0.95).length, shares.join(' ')).toBeGreaterThanOrEqual(rules.length - 1)
  expect(result.rules.length).toBeLessThanOrEqual(rules.length)
})
