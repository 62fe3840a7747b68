import type { Scenario } from '../scenario.ts'
import type { Cell } from '../world/cells.ts'
import { numberOf, sameCells } from '../world/cells.ts'
import { ruleHolds } from '../world/planted-rule.ts'
import type { Case } from './case.ts'
import { casesOf } from './case.ts'

type Selector = { readonly fact: string; readonly holds: (cell: Cell) => boolean }

const bins = 5
const width = 20
const best = 10

const selectorsOf = (fact: string, cells: readonly Cell[]): readonly Selector[] => {
  const distinct = [...new Set(cells)]
  const numbers = cells.map((cell) => numberOf(cell)).filter((value): value is number => value !== null)
  if (distinct.length <= 30) return distinct.map((value) => ({ fact, holds: (cell) => cell === value }))
  if (numbers.length < cells.length / 2) return []
  const sorted = numbers.toSorted((a, b) => a - b)
  const edges = Array.from({ length: bins - 1 }, (_, at) => sorted[Math.floor((sorted.length * (at + 1)) / bins)] ?? 0)
  return [...edges, Number.POSITIVE_INFINITY].map((to, at) => ({
    fact,
    holds: (cell) => {
      const value = numberOf(cell)
      return value !== null && value < to && value >= (at === 0 ? Number.NEGATIVE_INFINITY : (edges[at - 1] ?? 0))
    },
  }))
}

interface Group {
  readonly names: readonly string[]
  readonly rows: readonly number[]
  readonly quality: number
}

/**
 * The textbook's way: one target "differs", five bins a number, weighted relative accuracy, a beam of twenty, two conditions, the ten best. Returns the planted
 * rules that one of them has the extension of, at 0.95; effects are not even asked for.
 */
export const recoveredByDifference = (scenario: Scenario): readonly string[] => {
  const cases = casesOf(scenario, scenario.world.decided).slice(0, 4_000)
  const differs = cases.map(({ candidate, legacy, decided }) => !sameCells(candidate, decided.noise ?? legacy))
  const base = differs.filter(Boolean).length / Math.max(1, cases.length)
  const facts = scenario.facts.map(({ name }) => name)
  const singles = facts.flatMap((fact) => {
    const cells = cases.map(({ decided }) => decided.facts.cell(fact) ?? null)
    return selectorsOf(fact, cells).map((selector, at) =>
      group(
        [`${fact}#${at}`],
        cells.flatMap((cell, row) => (selector.holds(cell) ? [row] : [])),
        differs,
        base,
      ),
    )
  })
  const beam = singles.toSorted((a, b) => b.quality - a.quality).slice(0, width)
  const pairs = beam.flatMap((one) => {
    const rows = new Set(one.rows)
    return beam
      .filter((other) => other !== one)
      .map((other) =>
        group(
          [...one.names, ...other.names],
          other.rows.filter((row) => rows.has(row)),
          differs,
          base,
        ),
      )
  })
  const found = [...beam, ...pairs].sort((a, b) => b.quality - a.quality).slice(0, best)
  return scenario.options.rules.filter((rule) => found.some(({ rows }) => isExtension(rule, rows, cases))).map(({ id }) => id)
}

const group = (names: readonly string[], rows: readonly number[], differs: readonly boolean[], base: number): Group => {
  const hits = rows.filter((row) => differs[row] === true).length
  return { names, rows, quality: rows.length === 0 ? 0 : (rows.length / differs.length) * (hits / rows.length - base) }
}

const isExtension = (rule: Scenario['options']['rules'][number], rows: readonly number[], cases: readonly Case[]): boolean => {
  const own = new Set(cases.flatMap(({ decided }, at) => (ruleHolds(rule, decided.facts, decided.unrecorded) ? [at] : [])))
  const both = rows.filter((row) => own.has(row)).length
  return both / Math.max(1, own.size + rows.length - both) >= 0.95
}
