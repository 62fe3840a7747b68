import type { DecisionId } from '../../src/model/ids.ts'
import { numberOf } from '../../src/mine/scalar.ts'
import type { AnswerPath } from '../../src/mine/table/answers.ts'
import type { CaseTable } from '../../src/mine/table/case-table.ts'
import type { FactColumn } from '../../src/mine/table/fact-column.ts'
import type { Data } from '../../src/model/value.ts'

/** What a planted rule looks at in one row: each column by its name. */
export type Looked = (column: string) => number

export interface PlantedRule {
  readonly name: string
  readonly when: (look: Looked) => boolean
  /** What the legacy answers instead of this quantity; -1: it refuses. */
  readonly instead: (quantity: number) => number
}

export interface PlantedOptions {
  readonly rows: number
  readonly seed: number
  readonly columns: readonly FactColumn[]
  readonly rules: readonly PlantedRule[]
  /** Share of decisions in which the legacy answers anything. */
  readonly noise: number
}

export interface PlantedTable {
  readonly table: CaseTable
  /** 1 + the rule that decided, by row; 0: none. */
  readonly fired: Uint8Array
}

const start = Date.UTC(2026, 0, 5)
const daysMs = 60 * 86_400_000

/** Small seeded generator (mulberry32), so that every run has the same table. */
export const seeded = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** Decisions about a quantity: the candidate grants it, the legacy has its rules. Made straight as columns. */
export const plantedTable = ({ rows, seed, columns, rules, noise }: PlantedOptions): PlantedTable => {
  const random = seeded(seed)
  const byName = new Map(columns.map((column) => [column.name, column]))
  const fired = new Uint8Array(rows)
  const at = Float64Array.from({ length: rows }, (_, row) => start + Math.floor((row / rows) * daysMs))
  const quantity = { candidate: new Int32Array(rows), legacy: new Int32Array(rows) }
  const outcome = { candidate: new Int32Array(rows).fill(1), legacy: new Int32Array(rows).fill(1) }
  const agree = new Uint8Array(rows)
  const maxQuantity = 60
  for (let row = 0; row < rows; row++) {
    const look: Looked = (name) => {
      const column = byName.get(name)
      return column === undefined ? 0 : column.kind === 'text' ? (column.codes[row] ?? 0) : (column.numbers[row] ?? 0)
    }
    const mine = 1 + Math.floor(maxQuantity * random() ** 2)
    let theirs = mine
    for (const [index, rule] of rules.entries()) {
      if (!rule.when(look) || rule.instead(mine) === mine) continue
      theirs = rule.instead(mine)
      fired[row] = index + 1
      break
    }
    if (random() < noise) {
      theirs = random() < 0.5 ? -1 : 1 + Math.floor(random() * maxQuantity)
      fired[row] = 0
    }
    quantity.candidate[row] = mine + 1
    quantity.legacy[row] = Math.max(0, theirs) + 1
    outcome.legacy[row] = theirs < 0 ? 2 : 1
    agree[row] = theirs === mine ? 1 : 0
  }
  return {
    fired,
    table: {
      rows,
      ids: Array.from({ length: rows }, (_, row) => `d${row}` as DecisionId),
      at,
      entities: Uint32Array.from({ length: rows }, (_, row) => Math.imul(row + 1, 0x9e3779b1) >>> 0),
      proved: new Uint8Array(rows),
      exposure: new Float64Array(rows).fill(100),
      facts: columns,
      answers: {
        agree,
        paths: [
          answerPath('/qty', quantity, [null, ...Array.from({ length: maxQuantity + 1 }, (_, value) => value)]),
          answerPath('/outcome', outcome, [null, 'granted', 'refused']),
        ],
      },
    },
  }
}

const answerPath = (
  path: string,
  { candidate, legacy }: { readonly candidate: Int32Array; readonly legacy: Int32Array },
  values: readonly Data[],
): AnswerPath => ({
  path,
  whole: false,
  candidate,
  legacy,
  numbers: Float64Array.from(values, (value) => numberOf(value ?? undefined)),
  values,
  codeOf: (value) => (value === undefined ? 0 : values.indexOf(value, 1)),
})
