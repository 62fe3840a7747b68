import type { Normaliser } from '../model/comparison.ts'
import type { Data } from '../model/value.ts'
import { exactDecimal } from './exact-decimal.ts'
import { parseTime } from './instant.ts'

const ofText =
  (apply: (text: string) => string): Normaliser['apply'] =>
  (data) =>
    typeof data === 'string' ? apply(data) : data

/** The shortest text of an amount: `1.50`, `+1.5` and 1.5 are one. */
const plainAmount: Normaliser['apply'] = (data) => {
  const value = exactDecimal(data)
  if (value === null) return data
  const negative = value.digits < 0n
  const text = String(negative ? -value.digits : value.digits).padStart(value.scale + 1, '0')
  const [whole, fraction] = [text.slice(0, text.length - value.scale), text.slice(text.length - value.scale).replace(/0+$/, '')]
  const amount = fraction === '' ? whole : `${whole}.${fraction}`
  return negative && value.digits !== 0n ? `-${amount}` : amount
}

const instantText: Normaliser['apply'] = (data) => {
  const time = typeof data === 'string' ? parseTime(data) : null
  return time === null ? data : `${time.kind} ${time.ms} ${time.nanos}`
}

const yes = new Set<Data>(['y', 'yes', 't', 'true', '1', 'j', 'x'])
const no = new Set<Data>(['n', 'no', 'f', 'false', '0'])

const truth: Normaliser['apply'] = (data) => {
  const word =
    typeof data === 'number' || typeof data === 'bigint' ? String(data) : typeof data === 'string' ? data.trim().toLowerCase() : data
  return yes.has(word) ? true : no.has(word) ? false : data
}

/** Every normaliser that has a name of its own. */
export const normaliserNames = ['trim', 'spaces', 'case', 'nfc', 'punctuation', 'empty', 'decimal', 'instant', 'boolean'] as const

export type NormaliserName = (typeof normaliserNames)[number]

const apply: Readonly<Record<NormaliserName, Normaliser['apply']>> = {
  /** Blanks around a text, as of padded columns. */
  trim: ofText((text) => text.trim()),
  /** Any run of blanks is one. */
  spaces: ofText((text) => text.trim().replace(/\s+/g, ' ')),
  /** Small and capital letters, without regard to a language. */
  case: ofText((text) => text.toLowerCase()),
  /** Unicode NFC: one way of writing an accent. */
  nfc: ofText((text) => text.normalize('NFC')),
  /** Letters and digits alone. */
  punctuation: ofText((text) => text.replace(/[^\p{L}\p{N}]/gu, '')),
  /** Blank text is null, and so is a missing field. */
  empty: (data) => (typeof data === 'string' && data.trim() === '' ? null : data),
  /** Amounts by value, whether text, number or bigint. */
  decimal: plainAmount,
  /** Instants by value, in whatever zone they are written. */
  instant: instantText,
  /** Y, yes, T, true, 1, J and X; N, no, F, false and 0. */
  boolean: truth,
}

/** The normaliser of a name. */
export const normaliserOf = (name: NormaliserName): Normaliser =>
  name === 'empty' ? { name, apply: apply[name], absentIsNull: true } : { name, apply: apply[name] }
