import { encode } from '../../model/canonical.ts'
import { escapeSegment } from '../../model/pointer.ts'
import type { InputChange } from '../../model/hidden-rule.ts'
import type { Data } from '../../model/value.ts'
import { numberOf } from '../scalar.ts'
import { roomFor, trimmed } from './growing.ts'
import { listsAt } from './lists.ts'
import type { ListColumn } from './lists.ts'

/** One place of the answers, over some cases. Equal codes mean equal values; code 0: the place does not exist. */
export interface AnswerPath {
  readonly path: string
  /** Arrays and the like: compared as a whole, never calculated with. */
  readonly whole: boolean
  readonly candidate: Int32Array
  readonly legacy: Int32Array
  /** Number by code; NaN where the value is none. */
  readonly numbers: Float64Array
  /** Value by code; index 0 is unused. */
  readonly values: readonly Data[]
  /** The code of a value, 0 for undefined; -1 for one that no answer ever had. */
  readonly codeOf: (value: Data | undefined) => number
  /** What the candidate answers here when inputs are changed, by the changes' key. */
  readonly otherwise?: ReadonlyMap<string, OtherCodes>
}

export interface OtherCodes {
  readonly changes: readonly InputChange[]
  readonly codes: Int32Array
}

export interface AnswerTable {
  readonly paths: readonly AnswerPath[]
  /** 1 where the two answers agree. */
  readonly agree: Uint8Array
  /** Alternatives that a decision had, where such are known. */
  readonly lists?: readonly ListColumn[]
}

interface Place {
  readonly path: string
  readonly byNumber: Map<number, number>
  readonly byText: Map<string, number>
  readonly values: Data[]
  readonly numbers: number[]
  sides: [Int32Array | null, Int32Array | null]
  whole: boolean
}

interface Branch {
  readonly path: string
  readonly inner: Map<string, Branch>
  place: Place | null
}

/** Lays answers out by place, row by row. */
export interface GrowingAnswers {
  readonly put: (row: number, side: 0 | 1, answer: Data) => void
  readonly finish: (rows: number) => readonly AnswerPath[]
}

const maxDepth = 4

export const growingAnswers = (): GrowingAnswers => {
  const places: Place[] = []
  const branch = (path: string): Branch => ({ path, inner: new Map(), place: null })
  const root = branch('')
  const placeAt = (at: Branch): Place => {
    if (at.place !== null) return at.place
    at.place = {
      path: at.path,
      byNumber: new Map(),
      byText: new Map(),
      values: [null],
      numbers: [Number.NaN],
      sides: [null, null],
      whole: false,
    }
    places.push(at.place)
    return at.place
  }
  const put = (at: Branch, row: number, side: 0 | 1, value: Data, depth: number): void => {
    if (isRecord(value) && depth < maxDepth) {
      for (const name in value) {
        const part = value[name]
        if (part === undefined) continue
        let next = at.inner.get(name)
        if (next === undefined) {
          next = branch(`${at.path}/${escapeSegment(name)}`)
          at.inner.set(name, next)
        }
        put(next, row, side, part, depth + 1)
      }
      return
    }
    const place = placeAt(at)
    const array = roomFor(place.sides[side], row, Int32Array)
    array[row] = codeOf(place, value)
    place.sides[side] = array
  }
  return {
    put: (row, side, answer) => put(root, row, side, answer, 0),
    finish: (rows) =>
      places.map((place) => ({
        path: place.path,
        whole: place.whole,
        candidate: trimmed(place.sides[0], rows, Int32Array),
        legacy: trimmed(place.sides[1], rows, Int32Array),
        numbers: Float64Array.from(place.numbers),
        values: place.values,
        codeOf: (value) => (value === undefined ? 0 : (knownCode(place, value) ?? -1)),
      })),
  }
}

const textOf = (value: Data): string => (Array.isArray(value) ? value.map(encode).sort().join() : encode(value))

const knownCode = (place: Place, value: Data): number | undefined => {
  const number = numberOf(value)
  return Number.isNaN(number) ? place.byText.get(textOf(value)) : place.byNumber.get(number)
}

const codeOf = (place: Place, value: Data): number => {
  if (value !== null && typeof value === 'object') place.whole = true
  const known = knownCode(place, value)
  if (known !== undefined) return known
  const code = place.values.length
  const number = numberOf(value)
  if (Number.isNaN(number)) place.byText.set(textOf(value), code)
  else place.byNumber.set(number, code)
  place.values.push(value)
  place.numbers.push(number)
  return code
}

const isRecord = (value: Data): value is { readonly [name: string]: Data } =>
  value !== null && typeof value === 'object' && !Array.isArray(value) && !(value instanceof Uint8Array)

/** The answers of these rows only; codes mean the same. */
export const answersAt = (answers: AnswerTable, rows: Int32Array): AnswerTable => ({
  paths: answers.paths.map((path) => ({
    ...path,
    candidate: picked(path.candidate, rows),
    legacy: picked(path.legacy, rows),
    ...(path.otherwise === undefined ? {} : { otherwise: otherwiseAt(path.otherwise, rows) }),
  })),
  agree: Uint8Array.from(rows, (row) => answers.agree[row] ?? 0),
  lists: listsAt(answers.lists ?? [], rows),
})

const otherwiseAt = (otherwise: ReadonlyMap<string, OtherCodes>, rows: Int32Array): ReadonlyMap<string, OtherCodes> =>
  new Map([...otherwise].map(([key, { changes, codes }]) => [key, { changes, codes: picked(codes, rows) }]))

const picked = (codes: Int32Array, rows: Int32Array): Int32Array => {
  const some = new Int32Array(rows.length)
  for (let i = 0; i < rows.length; i++) some[i] = codes[rows[i] ?? 0] ?? 0
  return some
}

/** Whether two answers of a row are the same at every place. */
export const sameAt = (paths: readonly AnswerPath[], row: number): boolean => {
  for (const path of paths) if (path.candidate[row] !== path.legacy[row]) return false
  return true
}
