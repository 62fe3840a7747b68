import type { Data } from '../model/value.ts'

const numeric = /^-?(?:0|[1-9]\d{0,15})(?:\.\d+)?$/
const day = /^\d{4}-\d\d-\d\d$/
const instant = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/

export const dayMs = 86_400_000

/** The number that a value means: numbers, bigints and decimal text without leading zeros; else NaN. */
export const numberOf = (value: Data | undefined): number => {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  return typeof value === 'string' && numeric.test(value) ? Number(value) : Number.NaN
}

/** Epoch milliseconds of an instant, a wall clock (taken as UTC) or a calendar day; else NaN. */
export const instantOf = (value: Data | undefined): number => {
  if (typeof value !== 'string') return Number.NaN
  if (day.test(value)) return Date.parse(value)
  if (!instant.test(value)) return Number.NaN
  return Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(value) ? value : `${value}Z`)
}

/** True for a value with a time of day. */
export const hasTime = (value: Data): boolean => typeof value === 'string' && instant.test(value)

/** FNV-1a, 32 bits: a stable spread of texts, not a secret. */
export const spread = (text: string): number => {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return (hash ^ (hash >>> 13)) >>> 0
}
