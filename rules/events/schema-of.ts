import { BanyanError } from '../../src/model/errors.ts'
import type { EventSchema } from '../../src/model/event-schema.ts'

/**
 * A schema of another library that says its JSON Schema, by the Standard JSON Schema interface (zod 4.2 and others). `Wire` is what
 * it describes.
 */
export interface TypedSchema<Wire> {
  readonly '~standard': {
    readonly types?: { readonly output: Wire } | undefined
    readonly jsonSchema: { readonly output: (options: { readonly target: 'draft-2020-12' }) => Readonly<Record<string, unknown>> }
  }
}

/** Names that a schema may use; what is not among them would be promised and never checked. */
const keywords: ReadonlySet<string> = new Set<keyof EventSchema>([
  ...(['type', 'properties', 'required', 'additionalProperties', 'propertyNames', 'items', 'anyOf', 'oneOf', 'allOf'] as const),
  ...(['enum', 'const', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'minLength', 'maxLength'] as const),
  ...(['pattern', 'minItems', 'maxItems', 'format', 'title', 'description', 'deprecated', 'default', 'examples', '$schema'] as const),
])

const types: ReadonlySet<unknown> = new Set(['null', 'boolean', 'integer', 'number', 'string', 'array', 'object'])

/**
 * The schema of a rule as JSON Schema.
 *
 * @throws BanyanError rule-invalid for a keyword that Banyan does not check, with its place.
 */
export const schemaOf = (given: EventSchema | TypedSchema<unknown>, rule: string): EventSchema => {
  const schema = '~standard' in given ? told(given, rule) : given
  const fault = faultIn(schema, '')
  if (fault === null) return schema
  throw invalid(rule, fault, 'use the keywords that docs/events.md lists')
}

const told = (given: TypedSchema<unknown>, rule: string): EventSchema => {
  try {
    return given['~standard'].jsonSchema.output({ target: 'draft-2020-12' }) as EventSchema
  } catch (cause) {
    throw invalid(
      rule,
      cause instanceof Error ? cause.message : String(cause),
      'use only what JSON Schema can say: no transforms, dates or maps',
    )
  }
}

const invalid = (rule: string, what: string, hint: string): BanyanError =>
  new BanyanError('rule-invalid', `schema of rule '${rule}': ${what}`, { hint, where: rule })

const faultIn = (schema: unknown, path: string): string | null => {
  const at = path === '' ? 'it' : path
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return `${at} is no schema`
  const { type, pattern, properties, additionalProperties, propertyNames, items, ...rest } = schema as EventSchema
  const unknown = Object.keys(schema).find((name) => !keywords.has(name))
  if (unknown !== undefined) return `${at} has ${unknown}, which is not checked`
  const wrongType = (Array.isArray(type) ? type : [type ?? 'null']).find((one) => !types.has(one))
  if (wrongType !== undefined) return `${at} has type ${String(wrongType)}, which there is not`
  if (pattern !== undefined && !isPattern(pattern)) return `${at} has a pattern that is no regular expression`
  for (const [name, inner] of Object.entries(properties ?? {})) {
    const fault = faultIn(inner, `${path}/properties/${name}`)
    if (fault !== null) return fault
  }
  const inners: readonly (readonly [string, unknown])[] = [
    ...(typeof additionalProperties === 'object' ? [['additionalProperties', additionalProperties] as const] : []),
    ...(propertyNames === undefined ? [] : [['propertyNames', propertyNames] as const]),
    ...(items === undefined ? [] : [['items', items] as const]),
    ...(['anyOf', 'oneOf', 'allOf'] as const).flatMap((name) => (rest[name] ?? []).map((one, at) => [`${name}/${at}`, one] as const)),
  ]
  for (const [name, inner] of inners) {
    const fault = faultIn(inner, `${path}/${name}`)
    if (fault !== null) return fault
  }
  return null
}

const isPattern = (pattern: string): boolean => {
  try {
    return new RegExp(pattern, 'u') instanceof RegExp
  } catch {
    return false
  }
}
