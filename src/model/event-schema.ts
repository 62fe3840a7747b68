export type SchemaType = 'null' | 'boolean' | 'integer' | 'number' | 'string' | 'array' | 'object'

/**
 * What the data of an event looks like on the wire: the part of JSON Schema 2020-12 that Banyan checks. A bigint and bytes are
 * strings there, as {@link toJsonData} writes them. `format` tells people and is not checked.
 */
export interface EventSchema {
  readonly type?: SchemaType | readonly SchemaType[]
  readonly properties?: Readonly<Record<string, EventSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | EventSchema
  readonly propertyNames?: EventSchema
  readonly items?: EventSchema
  readonly anyOf?: readonly EventSchema[]
  readonly oneOf?: readonly EventSchema[]
  readonly allOf?: readonly EventSchema[]
  readonly enum?: readonly (string | number | boolean | null)[]
  readonly const?: string | number | boolean | null
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
  readonly minItems?: number
  readonly maxItems?: number
  readonly format?: string
  readonly title?: string
  readonly description?: string
  readonly deprecated?: boolean
  readonly default?: unknown
  readonly examples?: readonly unknown[]
  readonly $schema?: string
}
