import type { EventSchema, SchemaType } from '../../src/model/event-schema.ts'
import { escapeSegment } from '../../src/model/pointer.ts'

/** One way in which a schema breaks who relied on the one before, at a JSON Pointer into the data. */
export interface BreakingChange {
  readonly path: string
  readonly what: string
}

/**
 * What would break between a released schema and the next one, both ways: who was written for the released one reads what comes, and who is
 * written for the next one reads the stream from its start, where events of the released one are. Subscribers pass over fields that they do not
 * know, so a new optional field is no break. What cannot be compared (a choice of schemas that changed) counts as broken.
 */
export const breakingChanges = (released: EventSchema, next: EventSchema, path = ''): readonly BreakingChange[] => {
  const at = (what: string): BreakingChange => ({ path, what })
  return [
    ...typeChanges(released, next).map(at),
    ...valueChanges(released, next).map(at),
    ...boundChanges(released, next).map(at),
    ...fieldChanges(released, next, path),
    ...itemChanges(released, next, path),
    ...choiceChanges(released, next).map(at),
  ]
}

const typesOf = ({ type }: EventSchema): readonly SchemaType[] => (type === undefined ? [] : typeof type === 'string' ? [type] : type)

const typeChanges = (released: EventSchema, next: EventSchema): readonly string[] => {
  const [before, after] = [typesOf(released), typesOf(next)]
  const gone = before.filter((one) => !covers(after, one))
  const more = after.filter((one) => !covers(before, one))
  if (before.length > 0 && after.length > 0 && gone.length > 0 && more.length > 0)
    return [`is ${after.join(' or ')}, and was ${before.join(' or ')}`]
  return [
    ...(gone.length > 0 && after.length > 0 ? [`is no longer ${gone.join(' or ')}: earlier events are`] : []),
    ...(before.length === 0 && after.length > 0 ? [`is ${after.join(' or ')} only, and was anything`] : []),
    ...(more.length > 0 && before.length > 0 ? [`may be ${more.join(' or ')} now: subscribers do not expect it`] : []),
    ...(after.length === 0 && before.length > 0 ? [`may be anything now, and was ${before.join(' or ')}`] : []),
  ]
}

const covers = (types: readonly SchemaType[], one: SchemaType): boolean =>
  types.includes(one) || (one === 'integer' && types.includes('number'))

const allowed = ({ const: only, enum: values }: EventSchema): readonly unknown[] | null => values ?? (only === undefined ? null : [only])

const valueChanges = (released: EventSchema, next: EventSchema): readonly string[] => {
  const [before, after] = [allowed(released), allowed(next)]
  const text = (values: readonly unknown[]): string => values.map((one) => JSON.stringify(one)).join(', ')
  if (before === null) return after === null ? [] : [`may only be ${text(after)} now`]
  if (after === null) return [`may be more than ${text(before)} now`]
  const gone = before.filter((one) => !after.includes(one))
  const more = after.filter((one) => !before.includes(one))
  return [
    ...(gone.length > 0 ? [`may not be ${text(gone)} any more: earlier events are`] : []),
    ...(more.length > 0 ? [`may be ${text(more)} now: subscribers do not expect it`] : []),
  ]
}

const bounds = [
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'minLength',
  'maxLength',
  'pattern',
  'minItems',
  'maxItems',
] as const

/** Narrower breaks who reads the past, wider who was written for it: any other bound does one of both. */
const boundChanges = (released: EventSchema, next: EventSchema): readonly string[] =>
  bounds.flatMap((name) => {
    const [before, after] = [released[name], next[name]]
    if (before === after) return []
    return [`has ${name} ${after ?? 'none'}, and had ${before ?? 'none'}`]
  })

const fieldChanges = (released: EventSchema, next: EventSchema, path: string): readonly BreakingChange[] => {
  const [before, after] = [released.properties ?? {}, next.properties ?? {}]
  const [needed, needs] = [new Set(released.required ?? []), new Set(next.required ?? [])]
  const place = (name: string): string => `${path}/${escapeSegment(name)}`
  return [
    ...Object.entries(before).flatMap(([name, schema]) => {
      const now = after[name]
      return now === undefined ? [{ path: place(name), what: 'was removed' }] : breakingChanges(schema, now, place(name))
    }),
    ...[...needs]
      .filter((name) => !needed.has(name))
      .map((name) => ({ path: place(name), what: 'is required now: earlier events lack it' })),
    ...[...needed]
      .filter((name) => !needs.has(name) && after[name] !== undefined)
      .map((name) => ({ path: place(name), what: 'is optional now: subscribers rely on it' })),
    ...restChanges(released, next, path),
  ]
}

/** Closed and open objects are alike to subscribers; what the values of a map are is not. */
const restChanges = (released: EventSchema, next: EventSchema, path: string): readonly BreakingChange[] => {
  const [before, after] = [released.additionalProperties, next.additionalProperties]
  const place = `${path}/*`
  if (typeof before === 'object' && typeof after === 'object') return breakingChanges(before, after, place)
  if (typeof before === 'object') return [{ path: place, what: 'is no longer described' }]
  return typeof after === 'object' ? [{ path: place, what: 'must be of a kind now, and was anything' }] : []
}

const itemChanges = ({ items: before }: EventSchema, { items: after }: EventSchema, path: string): readonly BreakingChange[] => {
  if (before !== undefined && after !== undefined) return breakingChanges(before, after, `${path}/*`)
  if (before === undefined && after === undefined) return []
  return [{ path: `${path}/*`, what: before === undefined ? 'must be of a kind now, and was anything' : 'is no longer described' }]
}

const choiceChanges = (released: EventSchema, next: EventSchema): readonly string[] =>
  (['anyOf', 'oneOf', 'allOf', 'propertyNames'] as const).flatMap((name) =>
    schemaText(released[name]) === schemaText(next[name]) ? [] : [`has another ${name}`],
  )

/** Words for people. */
const wording = new Set(['title', 'description', 'examples', 'deprecated', 'default', 'format', '$schema'])

/** Equal for schemas that ask the same, whatever they tell people and in whatever order. */
export const schemaText = (schema: unknown): string => JSON.stringify(bare(schema, false)) ?? 'none'

/** Names of fields are no keywords: a field may be called `title`. */
const bare = (part: unknown, isFields: boolean): unknown => {
  if (Array.isArray(part)) return part.map((one) => bare(one, false))
  if (typeof part !== 'object' || part === null) return part
  return Object.fromEntries(
    Object.entries(part)
      .filter(([name]) => isFields || !wording.has(name))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, bare(inner, !isFields && name === 'properties')]),
  )
}
