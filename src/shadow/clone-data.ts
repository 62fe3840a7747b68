import { BanyanError } from '../model/errors.ts'
import type { Data } from '../model/value.ts'

const maxDepth = 64

/**
 * A copy that shares nothing with its original; undefined fields are left out.
 *
 * @throws BanyanError value-unsupported for what no archive can hold: functions, class instances, undefined, cycles, depth beyond 64.
 */
export const cloneData = (data: unknown): Data => cloneAt(data, 0)

const cloneAt = (data: unknown, depth: number): Data => {
  switch (typeof data) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'bigint':
      return data
    case 'object':
      return data === null ? null : cloneObject(data, depth)
    default:
      throw unsupported(typeof data === 'undefined' ? 'undefined' : `a ${typeof data}`)
  }
}

const cloneObject = (data: object, depth: number): Data => {
  if (depth >= maxDepth) throw unsupported(`something nested deeper than ${maxDepth} levels, or in a cycle`)
  if (Array.isArray(data)) return Array.from(data, (item: unknown) => cloneAt(item, depth + 1))
  if (data instanceof Uint8Array) return data.slice()
  const proto: unknown = Object.getPrototypeOf(data)
  if (proto !== Object.prototype && proto !== null) throw unsupported(`an instance of ${data.constructor.name}`)
  const copy: Record<string, Data> = {}
  for (const [name, value] of Object.entries(data)) {
    if (value === undefined) continue
    if (name === '__proto__')
      Object.defineProperty(copy, name, { value: cloneAt(value, depth + 1), enumerable: true, writable: true, configurable: true })
    else copy[name] = cloneAt(value, depth + 1)
  }
  return copy
}

const unsupported = (what: string): BanyanError =>
  new BanyanError('value-unsupported', `data holds ${what}`, {
    hint: 'use null, booleans, numbers, bigints, strings, Uint8Array, arrays and plain objects only',
  })
