import type { EventSchema, SchemaType } from '../../src/model/event-schema.ts'
import type { JsonData } from '../../src/model/json-data.ts'
import { escapeSegment } from '../../src/model/pointer.ts'

/** Where data is not what its schema says, and how. */
export interface SchemaBreach {
  /** JSON Pointer; empty: the data as a whole. */
  readonly path: string
  readonly what: string
}

type Check = (data: JsonData, path: string) => SchemaBreach | null
type Fields = { readonly [name: string]: JsonData }

/** The schema as a function that gives the first breach of some data. What a schema does not say, it does not ask. */
export const compileSchema = (schema: EventSchema): ((data: JsonData) => SchemaBreach | null) => {
  const check = checkOf(schema)
  return (data) => check(data, '')
}

const checkOf = (schema: EventSchema): Check => {
  const checks = [...valueChecks(schema), ...textChecks(schema), ...arrayChecks(schema), ...objectChecks(schema), ...choiceChecks(schema)]
  return (data, path) => {
    for (const check of checks) {
      const breach = check(data, path)
      if (breach !== null) return breach
    }
    return null
  }
}

const when =
  (holds: (data: JsonData) => boolean, what: string): Check =>
  (data, path) =>
    holds(data) ? null : { path, what }

const valueChecks = ({ type, const: only, enum: allowed, ...schema }: EventSchema): readonly Check[] => {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema
  const number = (bound: number | undefined, words: string, holds: (data: number, bound: number) => boolean): readonly Check[] =>
    bound === undefined ? [] : [when((data) => typeof data !== 'number' || holds(data, bound), `is not ${words} ${bound}`)]
  const types: readonly SchemaType[] = type === undefined ? [] : typeof type === 'string' ? [type] : type
  return [
    ...(types.length === 0 ? [] : [when((data) => types.some((one) => isOf(one, data)), `is no ${types.join(' or ')}`)]),
    ...(only === undefined ? [] : [when((data) => data === only, `is not ${JSON.stringify(only)}`)]),
    ...(allowed === undefined
      ? []
      : [when((data) => allowed.some((one) => one === data), `is none of ${allowed.map((one) => JSON.stringify(one)).join(', ')}`)]),
    ...number(minimum, 'at least', (data, bound) => data >= bound),
    ...number(maximum, 'at most', (data, bound) => data <= bound),
    ...number(exclusiveMinimum, 'above', (data, bound) => data > bound),
    ...number(exclusiveMaximum, 'below', (data, bound) => data < bound),
  ]
}

const isOf = (type: SchemaType, data: JsonData): boolean => {
  switch (type) {
    case 'null':
      return data === null
    case 'array':
      return Array.isArray(data)
    case 'object':
      return isFields(data)
    case 'integer':
      return Number.isInteger(data)
    case 'boolean':
    case 'number':
    case 'string':
      return typeof data === type
    default:
      return type satisfies never
  }
}

const isFields = (data: JsonData): data is Fields => typeof data === 'object' && data !== null && !Array.isArray(data)

/** In characters, as JSON Schema counts, not in code units. */
const lengthOf = (text: string): number => [...text].length

const textChecks = ({ minLength, maxLength, pattern }: EventSchema): readonly Check[] => {
  const expression = pattern === undefined ? null : new RegExp(pattern, 'u')
  return [
    ...(minLength === undefined
      ? []
      : [when((data) => typeof data !== 'string' || lengthOf(data) >= minLength, `is shorter than ${minLength}`)]),
    ...(maxLength === undefined
      ? []
      : [when((data) => typeof data !== 'string' || lengthOf(data) <= maxLength, `is longer than ${maxLength}`)]),
    ...(expression === null ? [] : [when((data) => typeof data !== 'string' || expression.test(data), `does not match ${pattern}`)]),
  ]
}

const arrayChecks = ({ minItems, maxItems, items }: EventSchema): readonly Check[] => {
  const item = items === undefined ? null : checkOf(items)
  return [
    ...(minItems === undefined ? [] : [when((data) => !Array.isArray(data) || data.length >= minItems, `has less than ${minItems} items`)]),
    ...(maxItems === undefined ? [] : [when((data) => !Array.isArray(data) || data.length <= maxItems, `has more than ${maxItems} items`)]),
    ...(item === null ? [] : [(data: JsonData, path: string) => first(Array.isArray(data) ? data.entries() : [], item, path)]),
  ]
}

const first = (parts: Iterable<readonly [string | number, JsonData]>, check: Check, path: string): SchemaBreach | null => {
  for (const [name, part] of parts) {
    const breach = check(part, `${path}/${escapeSegment(String(name))}`)
    if (breach !== null) return breach
  }
  return null
}

const objectChecks = (schema: EventSchema): readonly Check[] => {
  const known = new Map(Object.entries(schema.properties ?? {}).map(([name, inner]) => [name, checkOf(inner)]))
  const required = schema.required ?? []
  const { additionalProperties: rest = true, propertyNames } = schema
  const restCheck: Check = typeof rest === 'object' ? checkOf(rest) : rest ? () => null : (_, path) => ({ path, what: 'is not foreseen' })
  const nameCheck = propertyNames === undefined ? null : checkOf(propertyNames)
  const field = (name: string, value: JsonData, path: string): SchemaBreach | null =>
    nameCheck?.(name, path) ?? (known.get(name) ?? restCheck)(value, path)
  const check: Check = (data, path) => {
    if (!isFields(data)) return null
    const missing = required.find((name) => !Object.hasOwn(data, name))
    if (missing !== undefined) return { path: `${path}/${escapeSegment(missing)}`, what: 'is missing' }
    for (const [name, value] of Object.entries(data)) {
      const breach = field(name, value, `${path}/${escapeSegment(name)}`)
      if (breach !== null) return breach
    }
    return null
  }
  return known.size === 0 && required.length === 0 && rest === true && nameCheck === null ? [] : [check]
}

const choiceChecks = ({ anyOf, oneOf, allOf }: EventSchema): readonly Check[] => {
  const any = anyOf?.map(checkOf)
  const one = oneOf?.map(checkOf)
  const holding = (checks: readonly Check[], data: JsonData): number => checks.filter((check) => check(data, '') === null).length
  return [
    ...(any === undefined ? [] : [when((data) => holding(any, data) > 0, 'is none of what it may be')]),
    ...(one === undefined ? [] : [when((data) => holding(one, data) === 1, 'is not exactly one of what it may be')]),
    ...(allOf ?? []).map(checkOf),
  ]
}
