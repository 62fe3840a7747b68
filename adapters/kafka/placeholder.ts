import { createHash } from 'node:crypto'
import type { Json } from './exact-json.ts'
import { isObject } from './exact-json.ts'

/** Whether a value is the mark of an unchanged TOAST value, which has a shape of its own for each type. */
export type IsPlaceholder = (raw: Json) => boolean

export const placeholderTest = (text: string): IsPlaceholder => {
  const bytes = Buffer.from(text)
  const texts = new Set([
    text,
    bytes.toString('base64'),
    bytes.toString('base64url'),
    bytes.toString('hex'),
    uuidOf(bytes),
    JSON.stringify({ [text]: text }),
  ])
  const codes = [...bytes]
  // Asked of every value: few are as long as one of them.
  const lengths = new Set([...texts].map((each) => each.length))
  return (raw) => {
    if (typeof raw === 'string') return lengths.has(raw.length) && texts.has(raw)
    if (Array.isArray(raw)) return isMarkedList(raw as readonly Json[], texts, codes)
    return isObject(raw) && raw[text] === text && Object.keys(raw).length === 1
  }
}

const isMarkedList = (list: readonly Json[], texts: ReadonlySet<string>, codes: readonly number[]): boolean => {
  if (list.length === 1) return typeof list[0] === 'string' && texts.has(list[0])
  return list.length === codes.length && list.every((each, place) => each === codes[place])
}

/** What Java's `UUID.nameUUIDFromBytes` makes: version 3, of the bytes alone. */
export const uuidOf = (bytes: Buffer): string => {
  const digest = createHash('md5').update(bytes).digest()
  digest[6] = ((digest[6] ?? 0) & 0x0f) | 0x30
  digest[8] = ((digest[8] ?? 0) & 0x3f) | 0x80
  const hex = digest.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
