import { BanyanError } from '../model/errors.ts'
import { escapeSegment } from '../model/pointer.ts'
import type { Data } from '../model/value.ts'

const maxDepth = 64

/** What may still be copied: a character, a byte and a value weigh one each. */
interface Room {
  left: number
  readonly most: number
}

/**
 * A copy that shares nothing with its original; undefined fields are left out.
 *
 * @throws BanyanError value-unsupported for what no archive can hold: functions, class instances, undefined, cycles, depth beyond
 * 64, and more than `most` characters, bytes and values in all (a part that is shared counts each time).
 */
export const cloneData = (data: unknown, most: number = Number.POSITIVE_INFINITY): Data => {
  try {
    return cloneAt(data, 0, { left: most, most })
  } catch (error) {
    // Only now: to know the place all along would cost every copy.
    const place = error instanceof BanyanError ? placeOfUnsupported(data, 0, { left: maxSearched }) : null
    if (place === null || place === '' || !(error instanceof BanyanError)) throw error
    throw new BanyanError(error.code, `${error.message} at ${place}`, { hint: error.hint, where: place })
  }
}

/** Values that are looked at for the place: what unfolds without end has none. */
const maxSearched = 100_000

/** The pointer of the first value that is no data; null where each is, and only their number or depth is too much. */
const placeOfUnsupported = (data: unknown, depth: number, room: { left: number }): string | null => {
  room.left -= 1
  if (room.left < 0) return null
  if (typeof data !== 'object') return isScalar(data) ? null : ''
  if (data === null || data instanceof Uint8Array || depth >= maxDepth) return null
  if (!Array.isArray(data) && !isPlain(data)) return ''
  const parts: readonly (readonly [string, unknown])[] = Array.isArray(data)
    ? Array.from(data, (item: unknown, at) => [String(at), item] as const)
    : Object.entries(data).filter(([, value]) => value !== undefined)
  for (const [name, value] of parts) {
    const place = placeOfUnsupported(value, depth + 1, room)
    if (place !== null) return `/${escapeSegment(name)}${place}`
  }
  return null
}

const isScalar = (data: unknown): boolean => ['string', 'number', 'boolean', 'bigint'].includes(typeof data)

const isPlain = (data: object): boolean => {
  const proto: unknown = Object.getPrototypeOf(data)
  return proto === Object.prototype || proto === null
}

const take = (room: Room, weight: number): void => {
  room.left -= weight
  if (room.left < 0) throw unsupported(`more than ${room.most} characters, bytes and values`)
}

const cloneAt = (data: unknown, depth: number, room: Room): Data => {
  take(room, 1)
  switch (typeof data) {
    case 'string':
      take(room, data.length)
      return data
    case 'number':
    case 'boolean':
    case 'bigint':
      return data
    case 'object':
      return data === null ? null : cloneObject(data, depth, room)
    default:
      throw unsupported(typeof data === 'undefined' ? 'undefined' : `a ${typeof data}`)
  }
}

const cloneObject = (data: object, depth: number, room: Room): Data => {
  if (depth >= maxDepth) throw unsupported(`something nested deeper than ${maxDepth} levels, or in a cycle`)
  if (Array.isArray(data)) {
    take(room, data.length)
    return Array.from(data, (item: unknown) => cloneAt(item, depth + 1, room))
  }
  if (data instanceof Uint8Array) {
    take(room, data.length)
    return data.slice()
  }
  if (!isPlain(data)) throw unsupported(`an instance of ${data.constructor?.name || 'a class without a name'}`)
  const copy: Record<string, unknown> = { ...data }
  for (const name in copy) {
    const value = copy[name]
    if (value === undefined) {
      delete copy[name]
      continue
    }
    take(room, name.length)
    const cloned = cloneAt(value, depth + 1, room)
    if (typeof cloned === 'object') copy[name] = cloned
  }
  return copy as Data
}

/** A field of that name, whatever the name is. */
export const setOwn = (copy: Record<string, Data>, name: string, value: Data): void => {
  if (name === '__proto__') Object.defineProperty(copy, name, { value, enumerable: true, writable: true, configurable: true })
  else copy[name] = value
}

/** The same of what is known to be data: nothing is checked, so it is quicker. */
export const copyData = (data: Data): Data => {
  if (typeof data !== 'object' || data === null) return data
  if (Array.isArray(data)) return data.map(copyData)
  if (data instanceof Uint8Array) return data.slice()
  // To copy all fields at once is quicker than one by one; most of them hold no further data. An own field named `__proto__` is set like any other.
  const copy: Record<string, Data | undefined> = { ...(data as { readonly [name: string]: Data | undefined }) }
  for (const name in copy) {
    const value = copy[name]
    if (typeof value === 'object' && value !== null) copy[name] = copyData(value)
    else if (value === undefined) delete copy[name]
  }
  return copy as Data
}

const unsupported = (what: string): BanyanError =>
  new BanyanError('value-unsupported', `data holds ${what}`, {
    hint: 'use null, booleans, numbers, bigints, strings, Uint8Array, arrays and plain objects only',
  })
