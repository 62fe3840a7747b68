import type { DecisionId } from '../../model/ids.ts'
import type { Data } from '../../model/value.ts'
import type { MiningCase } from '../case.ts'
import { numberOf, spread } from '../scalar.ts'
import { growingAnswers, sameAt } from './answers.ts'
import type { AnswerTable } from './answers.ts'
import { growingFact } from './fact-column.ts'
import type { FactColumn, GrowingFact } from './fact-column.ts'
import { reordered, roomFor, trimmed } from './growing.ts'
import { growingLists, listsAt } from './lists.ts'

/** Decisions by column, in order of the legacy's clock: a million of them fit where a hundred thousand objects would. */
export interface CaseTable {
  readonly rows: number
  readonly ids: readonly DecisionId[]
  readonly at: Float64Array
  /** A stable hash of each row's entity. */
  readonly entities: Uint32Array
  /** 1 where the candidate's answer is proved wrong. */
  readonly proved: Uint8Array
  /** NaN: unknown. */
  readonly exposure: Float64Array
  readonly facts: readonly FactColumn[]
  readonly answers: AnswerTable
}

export interface CaseTableBuilder {
  /** Takes the case in, in any order. False when it can tell nothing: one side did not decide. */
  readonly append: (one: MiningCase) => boolean
  /** The same, of a case whose facts are told one by one. */
  readonly appendTold: (one: Omit<MiningCase, 'facts'>, tellFacts: (tell: (name: string, value: Data) => void) => void) => boolean
  readonly rows: () => number
  /** The builder is spent after this. */
  readonly finish: () => CaseTable
}

const unknownAgreement = 2

/** Fills a table row by row; holds about 8 bytes for each number and 4 for each text of a case, and each text once. */
export const createCaseTable = (): CaseTableBuilder => {
  const ids: DecisionId[] = []
  const facts = new Map<string, GrowingFact>()
  const answers = growingAnswers()
  const lists = growingLists()
  let at: Float64Array = new Float64Array(0)
  let exposure: Float64Array = new Float64Array(0)
  let entities: Uint32Array = new Uint32Array(0)
  let proved: Uint8Array = new Uint8Array(0)
  let agree: Uint8Array = new Uint8Array(0)
  const put = (name: string, row: number, value: Data): void => {
    let fact = facts.get(name)
    if (fact === undefined) {
      fact = growingFact(name)
      facts.set(name, fact)
    }
    fact.put(row, value)
  }
  const appendTold: CaseTableBuilder['appendTold'] = (one, tellFacts) => {
    if (one.legacy.kind !== 'decided' || (one.candidate.kind !== 'decided' && one.proved !== true)) return false
    const row = ids.length
    ids.push(one.id)
    at = roomFor(at, row, Float64Array)
    at[row] = one.at
    exposure = roomFor(exposure, row, Float64Array)
    exposure[row] = one.exposure ?? Number.NaN
    entities = roomFor(entities, row, Uint32Array)
    entities[row] = spread(one.entity ?? one.id)
    proved = roomFor(proved, row, Uint8Array)
    proved[row] = one.proved === true ? 1 : 0
    agree = roomFor(agree, row, Uint8Array)
    agree[row] = one.agrees === undefined ? unknownAgreement : one.agrees ? 1 : 0
    if (one.candidate.kind === 'decided') answers.put(row, 0, one.candidate.answer)
    answers.put(row, 1, one.legacy.answer)
    tellFacts((name, value) => takeApart(name, value, row, { put, list: lists.put }, 0))
    for (const name in one.lists) lists.put(name, row, one.lists[name] ?? [])
    return true
  }
  const append: CaseTableBuilder['append'] = (one) =>
    appendTold(one, (tell) => {
      for (const name in one.facts) tell(name, one.facts[name] ?? null)
    })
  const finish = (): CaseTable => {
    const rows = ids.length
    const paths = answers.finish(rows)
    for (let row = 0; row < rows; row++) if (agree[row] === unknownAgreement) agree[row] = sameAt(paths, row) ? 1 : 0
    const columns = [...facts].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, fact]) => fact.finish(rows) ?? [])
    return inTimeOrder({
      rows,
      ids,
      at: trimmed(at, rows, Float64Array),
      entities: trimmed(entities, rows, Uint32Array),
      proved: trimmed(proved, rows, Uint8Array),
      exposure: trimmed(exposure, rows, Float64Array),
      facts: columns,
      answers: { paths, agree: trimmed(agree, rows, Uint8Array), lists: lists.finish(rows) },
    })
  }
  return { append, appendTold, rows: () => ids.length, finish }
}

/** The table of these cases. */
export const caseTable = (cases: Iterable<MiningCase>): CaseTable => {
  const builder = createCaseTable()
  for (const one of cases) builder.append(one)
  return builder.finish()
}

const inTimeOrder = (table: CaseTable): CaseTable => {
  const { ids, at } = table
  if (at.every((value, row) => row === 0 || value >= (at[row - 1] ?? 0))) return table
  const order = Int32Array.from(ids, (_, row) => row).sort(
    (a, b) => (at[a] ?? 0) - (at[b] ?? 0) || ((ids[a] ?? '') < (ids[b] ?? '') ? -1 : 1),
  )
  return rowsOf(table, order)
}

/** The table of some of its rows. */
export const someRows = (table: CaseTable, isWanted: (id: DecisionId) => boolean): CaseTable =>
  rowsOf(table, Int32Array.from(table.ids.flatMap((id, row) => (isWanted(id) ? [row] : []))))

const rowsOf = (table: CaseTable, order: Int32Array): CaseTable => {
  const { answers, facts } = table
  return {
    rows: order.length,
    ids: Array.from(order, (row) => table.ids[row] as DecisionId),
    at: reordered(table.at, order),
    entities: reordered(table.entities, order),
    proved: reordered(table.proved, order),
    exposure: reordered(table.exposure, order),
    facts: facts.map((fact) =>
      fact.kind === 'text' ? { ...fact, codes: reordered(fact.codes, order) } : { ...fact, numbers: reordered(fact.numbers, order) },
    ),
    answers: {
      paths: answers.paths.map((path) => ({ ...path, candidate: reordered(path.candidate, order), legacy: reordered(path.legacy, order) })),
      agree: reordered(answers.agree, order),
      lists: listsAt(answers.lists ?? [], order),
    },
  }
}

type Put = (name: string, row: number, value: Data) => void

interface Taking {
  readonly put: Put
  readonly list: (name: string, row: number, items: readonly Data[]) => void
}

/** Objects and lists are taken apart (`lines.count`, `lines.qty.sum`); lists of objects are alternatives, besides. */
const takeApart = (name: string, value: Data, row: number, taking: Taking, depth: number): void => {
  if (value === null || typeof value !== 'object') taking.put(name, row, value)
  else if (Array.isArray(value)) {
    summarise(name, value, row, taking.put)
    if (value.some(isRecord)) taking.list(name, row, value)
  } else if (isRecord(value) && depth < 3) {
    for (const field in value) takeApart(`${name}.${field}`, value[field] ?? null, row, taking, depth + 1)
  }
}

const isRecord = (data: Data): data is { readonly [field: string]: Data } =>
  data !== null && typeof data === 'object' && !Array.isArray(data) && !(data instanceof Uint8Array)

const summarise = (name: string, list: readonly Data[], row: number, put: Put): void => {
  put(`${name}.count`, row, list.length)
  const sums = new Map<string, { sum: number; max: number }>()
  for (const item of list) {
    if (!isRecord(item)) continue
    for (const field in item) {
      const number = numberOf(item[field])
      if (Number.isNaN(number)) continue
      const known = sums.get(field)
      if (known === undefined) sums.set(field, { sum: number, max: number })
      else {
        known.sum += number
        known.max = Math.max(known.max, number)
      }
    }
  }
  for (const [field, { sum, max }] of sums) {
    put(`${name}.${field}.sum`, row, sum)
    put(`${name}.${field}.max`, row, max)
  }
}
