import type { Data } from './value.ts'

/** What plain JSON can say. */
export type JsonData = null | boolean | number | string | readonly JsonData[] | { readonly [name: string]: JsonData }

/**
 * Data for readers who know nothing of Banyan, by the conventions of Protocol Buffers' JSON: a bigint is its decimal text, bytes are
 * base64, a number that is not finite is its name. Names are sorted, so equal data gives equal JSON text.
 */
export const toJsonData = (data: Data): JsonData => {
  switch (typeof data) {
    case 'bigint':
      return String(data)
    case 'number':
      return Number.isFinite(data) ? data : String(data)
    case 'object':
      break
    default:
      return data
  }
  if (data === null) return null
  if (data instanceof Uint8Array) return base64(data)
  if (Array.isArray(data)) return data.map(toJsonData)
  const record = data as { readonly [name: string]: Data }
  // Not from assignments: `__proto__` is a name like any other.
  return Object.fromEntries(
    Object.keys(record)
      .sort()
      .map((name) => [name, toJsonData(record[name] ?? null)]),
  )
}

const chunkBytes = 8_192

const base64 = (bytes: Uint8Array): string => {
  let text = ''
  for (let at = 0; at < bytes.length; at += chunkBytes) text += String.fromCharCode(...bytes.subarray(at, at + chunkBytes))
  return btoa(text)
}
