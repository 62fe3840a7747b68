import { bytesToHex } from '@noble/hashes/utils.js'
import type { Data } from '../../src/model/value.ts'

// Control characters, and those that turn the direction of writing: a value must not be able to look like another.
const treacherous = /[\p{Cc}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu

/** Text with every control, invisible and direction-turning character written out, and no half of a surrogate pair. */
export const visible = (text: string): string =>
  text.toWellFormed().replace(treacherous, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** At most `max` characters; an ellipsis says that something was cut. */
export const cut = (text: string, max: number): string => (text.length <= max ? text : `${text.slice(0, max - 1).toWellFormed()}…`)

// What would read as another type, or as nothing at all, is quoted.
const ambiguous = /^(|\s.*|.*\s|true|false|null|[-+]?[\d.]+(e[-+]?\d+)?|["[{].*)$/is

/** A value on one line, as short as it can be without being mistaken for another. Never longer than `max`, however large the value. */
export const dataText = (data: Data | undefined, max = 160): string => {
  if (data === undefined) return 'nothing'
  if (typeof data === 'string')
    return cut(visible(ambiguous.test(data.slice(0, max)) ? JSON.stringify(data.slice(0, max + 1)) : data.slice(0, max + 1)), max)
  return cut(visible(written(data, max)), max)
}

const written = (data: Data, room: number): string => {
  if (data === null || typeof data === 'boolean' || typeof data === 'bigint') return String(data)
  if (typeof data === 'number') return Object.is(data, -0) ? '-0' : String(data)
  if (typeof data === 'string') return JSON.stringify(data.slice(0, room + 1))
  if (data instanceof Uint8Array) return `0x${bytesToHex(data.subarray(0, room))}`
  return Array.isArray(data) ? `[${listed(data, room)}]` : `{${fields(data as { readonly [name: string]: Data }, room)}}`
}

const listed = (items: readonly Data[], room: number): string => {
  let text = ''
  for (const item of items) {
    if (text.length > room) break
    text += `${text === '' ? '' : ', '}${written(item, room - text.length)}`
  }
  return text
}

const fields = (record: { readonly [name: string]: Data }, room: number): string => {
  let text = ''
  for (const name in record) {
    if (text.length > room) break
    text += `${text === '' ? '' : ', '}${name.slice(0, room)}: ${written(record[name] ?? null, Math.max(0, room - text.length))}`
  }
  return text
}
