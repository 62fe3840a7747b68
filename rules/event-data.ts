import { encode } from '../src/model/canonical.ts'
import type { Data } from '../src/model/value.ts'

/**
 * A rule's own object as event data: iterators become arrays, undefined is left out, and nothing of the rule's or the
 * row's is shared with it.
 *
 * @throws BanyanError value-unsupported for what {@link encode} cannot say.
 */
export const eventData = (said: unknown): Data => settle(said, 0)

const settle = (said: unknown, depth: number): Data => {
  switch (typeof said) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'bigint':
      return said
    case 'object':
      break
    default:
      return refuse(said)
  }
  if (said === null || said instanceof Uint8Array) return said
  if (depth >= maxDepth) return refuse(said)
  if (Array.isArray(said)) return said.map((item) => settle(item, depth + 1))
  if (said instanceof Iterator) return Array.from(said, (item) => settle(item, depth + 1))
  const proto: unknown = Object.getPrototypeOf(said)
  if (proto !== Object.prototype && proto !== null) return refuse(said)
  const data: Record<string, Data> = {}
  for (const name of Object.keys(said)) {
    const value: unknown = (said as Record<string, unknown>)[name]
    if (value !== undefined) put(data, name, settle(value, depth + 1))
  }
  return data
}

/** Plain assignment is much the fastest way, but would take this one name for the prototype. */
const put = (data: Record<string, Data>, name: string, value: Data): void => {
  if (name === '__proto__') Object.defineProperty(data, name, { value, enumerable: true, configurable: true, writable: true })
  else data[name] = value
}

const maxDepth = 64

/** The encoder knows best what to say about it. */
const refuse = (said: unknown): Data => {
  encode(said as Data)
  return null
}
