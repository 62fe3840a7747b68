import { contextName } from '../../src/model/ids.ts'
import { mineTable } from '../../src/mine/mine.ts'
import type { Measured } from './measured.ts'
import { plantedTable } from './planted-table.ts'
import { workloads } from './workloads.ts'
import type { WorkloadName } from './workloads.ts'

const [name, rowCount, seed] = process.argv.slice(2)
const { columns, rules, noise, plain } = workloads[(name ?? 'encoded') as WorkloadName]
const rows = Number(rowCount ?? 10_000)
const { table, fired } = plantedTable({ rows, seed: Number(seed ?? 1), columns: columns(rows, 7 + Number(seed ?? 1)), rules, noise })

const cpu = process.cpuUsage()
const from = performance.now()
const result = mineTable(table, { context: contextName('bench'), plain })
const seconds = (performance.now() - from) / 1000
const used = process.cpuUsage(cpu)

const rowOf = (id: string): number => Number(id.slice(1))
const jaccard = (claimed: readonly number[], truth: number): number => {
  // A decision that an earlier rule took is neither for nor against this one.
  const open = claimed.filter((row) => fired[row] === truth || fired[row] === 0)
  const hits = open.filter((row) => fired[row] === truth).length
  const all = fired.reduce((sum, one) => sum + (one === truth ? 1 : 0), 0)
  return hits / (all + open.length - hits)
}
const scores = result.rules.map((rule) => {
  const claimed = (result.extensions.get(rule.id) ?? []).map(rowOf)
  return rules.map((_, index) => jaccard(claimed, index + 1))
})
const found = rules.flatMap(({ name: planted }, index) => (scores.some((row) => (row[index] ?? 0) >= 0.95) ? [planted] : []))
const untrue = result.rules.filter((_, i) => !(scores[i] ?? []).some((score) => score >= 0.95)).map((rule) => rule.words)
const measured: Measured = {
  seconds,
  cpuSeconds: used.user / 1e6,
  peakBytes: process.resourceUsage().maxRSS * 1024,
  planted: rules.length,
  found,
  untrue,
  jaccards: rules.map((_, index) => Math.max(0, ...scores.map((row) => row[index] ?? 0))),
}
console.log(JSON.stringify(measured))
