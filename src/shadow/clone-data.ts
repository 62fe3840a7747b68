import { BanyanError } from '../model/errors.ts'
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
export const cloneData = (data: unknown, most: number = Number.POSITIVE_INFINITY): Data => cloneAt(data, 0, { left: most, most })

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
  const proto: unknown = Object.getPrototypeOf(data)
  if (proto !== Object.prototype && proto !== null) throw unsupported(`an instance of ${data.constructor.name}`)
  const copy: Record<string, Data> = {}
  for (const [name, value] of Object.entries(data)) {
    if (value === undefined) continue
    take(room, name.length)
    const own = cloneAt(value, depth + 1, room)
    if (name === '__proto__') Object.defineProperty(copy, name, { value: own, enumerable: true, writable: true, configurable: true })
    else copy[name] = own
  }
  return copy
}

const unsupported = (what: string): BanyanError =>
  new BanyanError('value-unsupported', `data holds ${what}`, {
    hint: 'use null, booleans, numbers, bigints, strings, Uint8Array, arrays and plain objects only',
  })
