import type { ChoiceOrder } from '../../model/hidden-rule.ts'
import type { AnswerPath } from '../table/answers.ts'
import type { FactColumn } from '../table/fact-column.ts'
import type { ListColumn } from '../table/lists.ts'

/** The order of the printable characters in EBCDIC (code page 37), as far as ASCII has them. */
export const ebcdicOrder = ' .<(+|&!$*);-/,%_>?`:#@\'="abcdefghijklmnopqr~stuvwxyz^[]{ABCDEFGHI}JKLMNOPQR\\STUVWXYZ0123456789'

const ebcdicKey = (text: string): string =>
  Array.from(text, (letter) => {
    const at = ebcdicOrder.indexOf(letter)
    return String.fromCharCode(at < 0 ? 0x400 + letter.charCodeAt(0) : at + 1)
  }).join('')

export const fieldOf = (list: ListColumn, name: string): FactColumn | undefined => list.fields.find((field) => field.name === name)

/** By item a number: greater where the value comes later in this order; NaN where there is none. */
export const ranksOf = (field: FactColumn, collation?: ChoiceOrder['collation']): Float64Array => {
  if (field.kind !== 'text') return field.numbers
  const known = ranked.get(field)?.get(collation)
  if (known !== undefined) return known
  const ranks = textRanks(field, collation)
  ranked.set(field, new Map([...(ranked.get(field) ?? []), [collation, ranks]]))
  return ranks
}

/** Ranks of texts are asked for again and again, and are the same each time. */
const ranked = new WeakMap<FactColumn, ReadonlyMap<ChoiceOrder['collation'], Float64Array>>()

const textRanks = (field: Extract<FactColumn, { kind: 'text' }>, collation: ChoiceOrder['collation']): Float64Array => {
  const keys = field.labels.map((label) => (collation === undefined ? String(label).trim() : ebcdicKey(String(label).trim())))
  const places = new Map([...new Set(keys)].sort((a, b) => (a < b ? -1 : 1)).map((key, place) => [key, place] as const))
  const byCode = Float64Array.from([Number.NaN, ...keys.map((key) => places.get(key) ?? Number.NaN)])
  return Float64Array.from(field.codes, (code) => byCode[code] ?? Number.NaN)
}

/** The answer's code of what an item says; -1 where no answer ever said so, or the item says nothing. */
export const answerCodes = (field: FactColumn, { codeOf }: AnswerPath): ((item: number) => number) => {
  if (field.kind === 'text') {
    const byCode = Int32Array.from([-1, ...field.labels.map((label) => codeOf(label))])
    return (item) => byCode[field.codes[item] ?? 0] ?? -1
  }
  const known = new Map<number, number>()
  const isDate = field.kind === 'instant'
  const timed = isDate && field.timed
  return (item) => {
    const value = field.numbers[item] ?? Number.NaN
    if (Number.isNaN(value)) return -1
    let code = known.get(value)
    if (code === undefined) {
      code = codeOf(isDate ? new Date(value).toISOString().slice(0, timed ? 24 : 10) : value)
      known.set(value, code)
    }
    return code
  }
}
