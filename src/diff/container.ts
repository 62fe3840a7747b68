import type { Data } from '../model/value.ts'

export type Container = 'array' | 'object' | 'bytes'

/** An object that is no array: what stands under a name it has not is undefined. */
export type Fields = { readonly [name: string]: Data | undefined }

/** An object as a literal or JSON makes it, which nearly all are. */
export const isPlain = (data: object): boolean => Object.getPrototypeOf(data) === Object.prototype

/** What holds other data; null for an instance of a class (a Date, a Map, …), of which nobody can say when two are equal. */
export const containerOf = (data: object): Container | null => {
  const proto: unknown = Object.getPrototypeOf(data)
  if (proto === Object.prototype) return 'object'
  if (Array.isArray(data)) return 'array'
  if (proto === null) return 'object'
  if (data instanceof Uint8Array) return 'bytes'
  // A plain object of another realm: its prototype is the end of its chain, and no class has that.
  return Object.getPrototypeOf(proto) === null ? 'object' : null
}

/** The object's own value of a name; what is inherited is not there. */
export const own = (fields: Fields, name: string): Data | undefined => (Object.hasOwn(fields, name) ? fields[name] : undefined)

/** {@link own}, without asking who owns what can't have been inherited. */
export const present = (fields: Fields, name: string): Data | undefined => {
  const value: unknown = fields[name]
  return typeof value === 'function' || value === Object.prototype ? own(fields, name) : (value as Data | undefined)
}

/** What a value is that can't be compared, for people. */
export const unsupportedName = (data: unknown): string => {
  if (typeof data !== 'object' || data === null) return typeof data === 'undefined' ? 'undefined' : `a ${typeof data}`
  return `an instance of ${data.constructor?.name || 'a class without a name'}`
}
