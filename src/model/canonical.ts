import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { BanyanError } from './errors.ts'
import type { Data } from './value.ts'

const maxDepth = 64

/**
 * The one text form of data: JSON with sorted keys and tags for what JSON cannot say: `{"$i":"1"}` bigint,
 * `{"$b":"01ff"}` bytes, `{"$f":"NaN"}` non-finite and negative zero. A real key that starts with `$` gets one more `$`.
 * Equal data gives equal text, on every machine.
 *
 * @throws BanyanError value-unsupported for functions, symbols, class instances, cycles and depth beyond 64.
 */
export const encode = (data: Data): string => encodeAt(data, 0)

const encodeAt = (data: Data, depth: number): string => {
  switch (typeof data) {
    case 'string':
      return quote(data)
    case 'number':
      return Number.isFinite(data) && !Object.is(data, -0) ? String(data) : `{"$f":"${Object.is(data, -0) ? '-0' : data}"}`
    case 'boolean':
      return data ? 'true' : 'false'
    case 'bigint':
      return `{"$i":"${data}"}`
    case 'object':
      return data === null ? 'null' : encodeObject(data, depth)
    default:
      throw unsupported(`a ${typeof data}`)
  }
}

const encodeObject = (data: Exclude<Data, null | boolean | number | bigint | string>, depth: number): string => {
  if (depth >= maxDepth) throw unsupported(`something nested deeper than ${maxDepth} levels, or in a cycle`)
  if (Array.isArray(data)) return encodeArray(data, depth)
  if (data instanceof Uint8Array) return `{"$b":"${bytesToHex(data)}"}`
  const proto: unknown = Object.getPrototypeOf(data)
  if (proto !== Object.prototype && proto !== null) throw unsupported(`an instance of ${data.constructor?.name ?? 'no class'}`)
  const record = data as { readonly [name: string]: Data | undefined }
  const { sorted, labels } = shapeOf(Object.keys(record))
  let text = ''
  for (let at = 0; at < sorted.length; at++) {
    const value = record[sorted[at] as string]
    if (value === undefined) continue
    text += `${text === '' ? '' : ','}${labels[at]}${encodeAt(value, depth + 1)}`
  }
  return `{${text}}`
}

/** By index, so that a hole is refused like any other undefined. */
const encodeArray = (data: readonly Data[], depth: number): string => {
  let text = ''
  for (let at = 0; at < data.length; at++) text += `${at === 0 ? '' : ','}${encodeAt(data[at] as Data, depth + 1)}`
  return `[${text}]`
}

/** The names of an object in its own order and sorted, with how each sorted one is written, colon included. */
export interface Shape {
  readonly names: readonly string[]
  readonly sorted: readonly string[]
  readonly labels: readonly string[]
}

const maxShapes = 10_000
const maxNames = 100
const maxAlike = 16
let shapeCount = 0
/** The same few shapes are written again and again, and a look at the names is cheaper than sorting them. By first name. */
const shapes = new Map<string | undefined, Shape[]>()

/** For who writes the canonical form by other means than {@link encode}. */
export const shapeOf = (names: readonly string[]): Shape => {
  const alike = shapes.get(names[0])
  const known = alike?.find((shape) => isShape(shape, names))
  if (known !== undefined) return known
  const sorted = names.toSorted()
  const shape: Shape = { names, sorted, labels: sorted.map((name) => `${JSON.stringify(name.startsWith('$') ? `$${name}` : name)}:`) }
  if (names.length > maxNames || (alike?.length ?? 0) >= maxAlike) return shape
  if (shapeCount >= maxShapes) {
    shapes.clear()
    shapeCount = 0
  }
  shapeCount += 1
  shapes.set(names[0], [...(shapes.get(names[0]) ?? []), shape])
  return shape
}

const isShape = ({ names }: Shape, asked: readonly string[]): boolean => {
  if (names.length !== asked.length) return false
  for (let at = 0; at < names.length; at++) if (names[at] !== asked[at]) return false
  return true
}

const plain = /^[ !#-[\]-~]*$/

/** Short text without anything to escape, as most is, needs no JSON. */
const quote = (text: string): string => (text.length < 64 && plain.test(text) ? `"${text}"` : JSON.stringify(text))

const unsupported = (what: string): BanyanError =>
  new BanyanError('value-unsupported', `data holds ${what}`, {
    hint: 'use null, booleans, numbers, bigints, strings, Uint8Array, arrays and plain objects only',
  })

/**
 * Reads what {@link encode} wrote; `decode(encode(x))` equals x.
 *
 * @throws SyntaxError when the text is not JSON.
 */
export const decode = (text: string): Data => {
  const parsed = JSON.parse(text) as Data
  return text.includes('"$') ? untag(parsed) : parsed
}

/** Takes the tags off parsed JSON. It is ours alone, so it is changed in place: a copy would cost as much as the parsing. */
const untag = (data: Data): Data => {
  if (data === null || typeof data !== 'object') return data
  if (Array.isArray(data)) {
    for (let at = 0; at < data.length; at++) if (typeof data[at] === 'object') data[at] = untag(data[at])
    return data
  }
  const record = data as { [name: string]: Data }
  const names = Object.keys(record)
  const only = names.length === 1 ? names[0] : undefined
  if (only === '$i') return BigInt(record[only] as string)
  if (only === '$b') return hexToBytes(record[only] as string)
  if (only === '$f') return Number(record[only])
  if (names.some(isAwkward)) {
    return Object.fromEntries(names.map((name) => [name.startsWith('$$') ? name.slice(1) : name, untag(record[name] ?? null)]))
  }
  for (const name of names) {
    const value = record[name] ?? null
    if (typeof value === 'object') record[name] = untag(value)
  }
  return record
}

/** A name that stands for another, or that must not be assigned to. */
const isAwkward = (name: string): boolean => name.startsWith('$') || name === '__proto__'
