import type { Data } from '../model/value.ts'
import { encode } from '../model/canonical.ts'
import type { MiningCase } from './case.ts'
import { numberOf } from './scalar.ts'

/** One place of the answers, over all cases. Equal codes mean equal values; code 0: the place does not exist. */
export interface AnswerPath {
  readonly path: string
  /** Arrays and the like: compared as a whole, never calculated with. */
  readonly whole: boolean
  readonly candidate: Int32Array
  readonly legacy: Int32Array
  /** NaN where the value is no number. */
  readonly candidateNumber: Float64Array
  readonly legacyNumber: Float64Array
  /** Value by code; index 0 is unused. */
  readonly values: readonly Data[]
}

export interface AnswerTable {
  readonly paths: readonly AnswerPath[]
  /** 1 where the two answers agree. */
  readonly agree: Uint8Array
}

interface GrowingPath {
  readonly path: string
  readonly codes: Map<string, number>
  readonly values: Data[]
  readonly sides: readonly [Int32Array, Int32Array]
  readonly numbers: readonly [Float64Array, Float64Array]
  whole: boolean
}

const maxDepth = 4

/** Lays the answers of all cases out by place. Cases must be decided on both sides. */
export const answerTable = (cases: readonly MiningCase[]): AnswerTable => {
  const growing = new Map<string, GrowingPath>()
  for (const [row, one] of cases.entries()) {
    if (one.candidate.kind === 'decided') add(growing, cases.length, row, 0, '', one.candidate.answer, 0)
    if (one.legacy.kind === 'decided') add(growing, cases.length, row, 1, '', one.legacy.answer, 0)
  }
  const paths = [...growing.values()].map(finished)
  const agree = new Uint8Array(cases.length)
  for (const [row, one] of cases.entries()) {
    const equal = one.agrees ?? paths.every((path) => path.candidate[row] === path.legacy[row])
    agree[row] = equal ? 1 : 0
  }
  return { paths, agree }
}

const finished = (path: GrowingPath): AnswerPath => ({
  path: path.path,
  whole: path.whole,
  candidate: path.sides[0],
  legacy: path.sides[1],
  candidateNumber: path.numbers[0],
  legacyNumber: path.numbers[1],
  values: path.values,
})

const add = (growing: Map<string, GrowingPath>, rows: number, row: number, side: 0 | 1, path: string, value: Data, depth: number): void => {
  if (isRecord(value) && depth < maxDepth) {
    for (const name in value) {
      const inner = value[name]
      if (inner !== undefined)
        add(growing, rows, row, side, `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, inner, depth + 1)
    }
    return
  }
  let place = growing.get(path)
  if (place === undefined) {
    const numbers = (): Float64Array => new Float64Array(rows).fill(Number.NaN)
    place = {
      path,
      codes: new Map(),
      values: [null],
      sides: [new Int32Array(rows), new Int32Array(rows)],
      numbers: [numbers(), numbers()],
      whole: false,
    }
    growing.set(path, place)
  }
  const whole = value !== null && typeof value === 'object'
  if (whole) place.whole = true
  const number = whole ? Number.NaN : numberOf(value)
  const key = Number.isNaN(number) ? (Array.isArray(value) ? value.map(encode).sort().join() : encode(value)) : `#${number}`
  let code = place.codes.get(key)
  if (code === undefined) {
    code = place.values.length
    place.codes.set(key, code)
    place.values.push(value)
  }
  place.sides[side][row] = code
  place.numbers[side][row] = number
}

const isRecord = (value: Data): value is { readonly [name: string]: Data } =>
  value !== null && typeof value === 'object' && !Array.isArray(value) && !(value instanceof Uint8Array)
