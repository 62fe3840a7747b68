import type { Data } from '../model/value.ts'
import { signature } from './scalar.ts'

/** What two elements share exactly when their key fields are equal in value; fit for a Map. */
export type ElementKey = string | number | boolean | null

type Item = Data | undefined

const fieldOf = (item: Item, field: string): Data =>
  typeof item === 'object' && item !== null ? ((item as { readonly [name: string]: Data | undefined })[field] ?? null) : null

/** A sign that keeps made-up texts apart from an element's own. */
const mark = '\u0000'

export const elementKey = (item: Item, by: readonly string[]): ElementKey => {
  const [field] = by
  if (by.length === 1 && field !== undefined) return scalarKey(fieldOf(item, field))
  let key = ''
  for (const name of by) {
    const value = fieldOf(item, name)
    // Texts carry their length, so that no two lists of fields run into one.
    key += typeof value === 'string' ? `${value.length}"${value}` : `,${signature(value)}`
  }
  return key
}

const scalarKey = (value: Data): ElementKey => {
  switch (typeof value) {
    case 'string':
      return value.startsWith(mark) ? `${mark}${value}` : value
    case 'number':
    case 'boolean':
      return value
    case 'bigint': {
      const near = Number(value)
      return BigInt(near) === value ? near : `${mark}n${value}`
    }
    default:
      return value === null ? null : `${mark}s${signature(value)}`
  }
}

/** Whether two elements have the same key. */
export const hasSameKey = (a: Item, b: Item, by: readonly string[]): boolean => {
  for (const field of by) {
    const left = fieldOf(a, field)
    const right = fieldOf(b, field)
    if (left !== right && (typeof left === 'string' || scalarKey(left) !== scalarKey(right))) return false
  }
  return true
}

/** An element's name in a path: its key, and from its second copy on the number of the copy: `W1`, `W1#2`. */
export const elementName = (items: readonly Data[], place: number, by: readonly string[]): string => {
  const key = elementKey(items[place], by)
  let copy = 1
  for (let at = 0; at < place; at++) if (elementKey(items[at], by) === key) copy += 1
  return copy === 1 ? bareName(items, place, by) : `${bareName(items, place, by)}#${copy}`
}

/** An element's key as text, the same for every copy of it. */
export const bareName = (items: readonly Data[], place: number, by: readonly string[]): string => {
  let name = ''
  for (const field of by) {
    const value = fieldOf(items[place], field)
    name += `${name === '' ? '' : ','}${typeof value === 'string' ? value : signature(value)}`
  }
  return name
}
