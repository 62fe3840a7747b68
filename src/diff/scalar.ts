import type { Data } from '../model/value.ts'
import { containerOf } from './container.ts'
import type { Container } from './container.ts'

export type DataType = 'null' | 'boolean' | 'number' | 'string' | Container

/** bigint and number are one type: both say how many. Null for what is no data: functions, symbols, undefined, instances of classes. */
export const typeOf = (data: Data): DataType | null => {
  switch (typeof data) {
    case 'string':
      return 'string'
    case 'number':
    case 'bigint':
      return 'number'
    case 'boolean':
      return 'boolean'
    case 'object':
      return data === null ? 'null' : containerOf(data)
    default:
      return null
  }
}

/** Equal in value: `5n` is 5, NaN is NaN, −0 is 0; text never equals a number. Scalars and bytes only. */
export const equalScalars = (a: Data, b: Data): boolean => {
  if (a === b) return true
  if (typeof a === 'string' || typeof b === 'string') return false
  if (typeof a === 'bigint' || typeof b === 'bigint') {
    // biome-ignore lint/suspicious/noDoubleEquals: the one comparison that is exact between bigint and number
    return (typeof a === 'number' || typeof a === 'bigint') && (typeof b === 'number' || typeof b === 'bigint') && a == b
  }
  if (a instanceof Uint8Array && b instanceof Uint8Array) return a.length === b.length && a.every((byte, index) => byte === b[index])
  return Number.isNaN(a) && Number.isNaN(b)
}

/** A text that two data share exactly when they are equal in value. Linear in their size. */
export const signature = (data: Data): string => {
  switch (typeof data) {
    case 'string':
      // With its length no text can look like part of another.
      return `${data.length}"${data}`
    case 'boolean':
      return data ? 'true' : 'false'
    case 'bigint':
      return String(data)
    case 'number':
      return Number.isSafeInteger(data) ? String(data + 0) : Number.isInteger(data) ? String(BigInt(data)) : `${data}f`
    default:
      return containerSignature(data)
  }
}

const containerSignature = (data: Exclude<Data, string | boolean | bigint | number>): string => {
  if (data === null || data === undefined) return 'null'
  if (data instanceof Uint8Array) return `b${data.length}:${data.join(',')}`
  let text = ''
  if (Array.isArray(data)) {
    for (const item of data as readonly Data[]) text += `${signature(item)},`
    return `[${text}]`
  }
  const record = data as { readonly [name: string]: Data | undefined }
  for (const name of sortedNames(record)) {
    const value = record[name]
    if (value !== undefined) text += `${name.length}"${name}:${signature(value)},`
  }
  return `{${text}}`
}

/** Names are often in order already, and a look is cheaper than sorting. */
const sortedNames = (record: object): readonly string[] => {
  const names = Object.keys(record)
  for (let at = 1; at < names.length; at++) if (String(names[at - 1]) > String(names[at])) return names.sort()
  return names
}
