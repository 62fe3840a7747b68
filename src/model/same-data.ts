import type { Data } from './value.ts'

/** Equal to the last digit; the order of an object's fields does not matter. */
export const sameData = (a: Data, b: Data): boolean => {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (a instanceof Uint8Array || b instanceof Uint8Array) {
    return a instanceof Uint8Array && b instanceof Uint8Array && a.length === b.length && a.every((byte, at) => byte === b[at])
  }
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item: Data, at) => sameData(item, b[at] as Data))
  }
  const left = a as { readonly [name: string]: Data }
  const right = b as { readonly [name: string]: Data }
  const names = Object.keys(left)
  if (names.length !== Object.keys(right).length) return false
  for (const name of names) if (!Object.hasOwn(right, name) || !sameData(left[name] as Data, right[name] as Data)) return false
  return true
}
