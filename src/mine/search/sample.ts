import type { Feature } from '../features/feature.ts'
import { viewOf } from '../features/view.ts'
import type { FeatureTable } from '../features/view.ts'
import type { Split } from '../split.ts'
import { answersAt } from '../table/answers.ts'
import type { AnswerTable } from '../table/answers.ts'
import { gridOf } from './grid.ts'
import type { Grid } from './grid.ts'

/** Everything that was recorded, over the rows of the case table. */
export interface Archive {
  readonly features: FeatureTable
  readonly answers: AnswerTable
  readonly split: Split
  readonly entities: Uint32Array
}

/** The part of the train rows that the search looks at, with rows of its own from 0. */
export interface Sample {
  /** The archive's row of each. */
  readonly rows: Int32Array
  /** Its own rows: 0, 1, 2 and so on. */
  readonly all: Int32Array
  /** Those of them in which the two sides differ. */
  readonly mismatches: Int32Array
  readonly features: FeatureTable
  readonly answers: AnswerTable
  readonly grid: Grid
  /** How many rows of the archive each mismatch stands for, and each agreement. */
  readonly positiveWeight: number
  readonly negativeWeight: number
  /** It is all of the train rows. */
  readonly isWhole: boolean
}

const maxMismatches = 40_000
const maxAgreements = 60_000

/** An even share of the train rows: all mismatches, of very many some, and agreements enough. */
export const sampleRows = ({ train }: Split, agree: Uint8Array): Int32Array => {
  const share = [0, 1].map((side) => {
    let count = 0
    for (let i = 0; i < train.length; i++) if (agree[train[i] ?? 0] === side) count++
    return (side === 0 ? maxMismatches : maxAgreements) / Math.max(1, count)
  })
  return train.filter((row) => (share[agree[row] ?? 0] ?? 1) >= 1 || spreadRow(row) < (share[agree[row] ?? 0] ?? 1))
}

/** A number in [0, 1) that says nothing about the row. */
const spreadRow = (row: number): number => {
  let hash = Math.imul(row + 1, 0x9e3779b1)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39)
  return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32
}

export const sampleOf = (
  rows: Int32Array,
  features: readonly Feature[],
  input: { readonly answers: AnswerTable; readonly split: Split },
): { readonly sample: Sample; readonly features: readonly Feature[] } => {
  const answers = answersAt(input.answers, rows)
  const { grid, features: telling } = gridOf(features, rows, answers.agree)
  const weight = (side: number): number => {
    const [of, some] = [count(input.answers.agree, input.split.train, side), answers.agree.filter((one) => one === side).length]
    return of / Math.max(1, some)
  }
  const all = Int32Array.from(rows.keys())
  return {
    features: telling,
    sample: {
      rows,
      all,
      mismatches: all.filter((row) => answers.agree[row] === 0),
      features: viewOf(telling, rows, rows.length),
      answers,
      grid,
      positiveWeight: weight(0),
      negativeWeight: weight(1),
      isWhole: rows.length === input.split.train.length,
    },
  }
}

const count = (agree: Uint8Array, rows: Int32Array, side: number): number => {
  let found = 0
  for (let i = 0; i < rows.length; i++) if (agree[rows[i] ?? 0] === side) found++
  return found
}
