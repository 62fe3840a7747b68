import type { EpochMs } from '../model/ids.ts'
import type { Value } from '../model/value.ts'

/** A column that is made of another's clear value: so much of it as may be known. */
export interface Derivation<C extends string = string> {
  readonly from: C
  /** What it is, for people, and for telling one policy from another. */
  readonly what: string
  /** Pure. `at`: the commit of the change. Where it throws, the derived column is null. */
  readonly of: (value: Value, at: EpochMs) => Value
}

/** The part behind the last `@`, in small letters; null where there is none. */
export const mailDomain = <C extends string>(from: C): Derivation<C> => ({
  from,
  what: 'mail-domain',
  of: (value) => {
    const at = typeof value === 'string' ? value.lastIndexOf('@') : -1
    return at < 0 || typeof value !== 'string'
      ? null
      : value
          .slice(at + 1)
          .trim()
          .toLowerCase()
  },
})

/** The first characters of a text, e.g. two of a postcode. */
export const firstCharacters = <C extends string>(from: C, count: number): Derivation<C> => ({
  from,
  what: `first-${count}`,
  of: (value) => (typeof value === 'string' ? [...value].slice(0, count).join('') : null),
})

/** The band of an age in whole years at the commit, of a date of birth: with `[18, 65]` one of `<18`, `18-64`, `65+`. */
export const ageBand = <C extends string>(from: C, bounds: readonly number[]): Derivation<C> => ({
  from,
  what: `age-${bounds.join('-')}`,
  of: (value, at) => {
    const age = typeof value === 'string' ? ageAt(value, at) : null
    return age === null ? null : bandOf(age, bounds)
  },
})

/** Any function of the clear value; `what` names it, and changes when the function does. */
export const derived = <C extends string>(from: C, what: string, of: (value: Value) => Value): Derivation<C> => ({ from, what, of })

const ageAt = (birth: string, at: EpochMs): number | null => {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)(?![\s\S]* BC)/.exec(birth) ?? []
  if (year === undefined || year === '0000') return null
  const today = new Date(at).toISOString()
  const years = Number(today.slice(0, 4)) - Number(year)
  return today.slice(5, 10) < `${month}-${day}` ? years - 1 : years
}

const bandOf = (age: number, bounds: readonly number[]): string => {
  const from = bounds.findLast((bound) => bound <= age)
  const to = bounds.find((bound) => bound > age)
  if (from === undefined) return `<${to ?? 0}`
  return to === undefined ? `${from}+` : `${from}-${to - 1}`
}
