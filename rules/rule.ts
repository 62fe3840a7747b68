import type { Journey } from '../src/model/journey.ts'
import { tableName } from '../src/model/ids.ts'
import { BanyanError } from '../src/model/errors.ts'
import type { EventSchema } from '../src/model/event-schema.ts'
import type { Rule } from '../src/model/rule.ts'
import type { Row } from '../src/model/value.ts'
import type { TypedSchema } from './events/schema-of.ts'
import { schemaOf } from './events/schema-of.ts'
import type { Emittable, SchemaEmitTools, SchemaView, TableOf, Wire } from './schema.ts'

export interface RuleEmission<D> {
  /** The journey's key, or for facts outside a journey what they are about. Never empty. */
  readonly key: string
  readonly data: D
}

/** What an iterable yields, over unions of iterables too. */
type ItemOf<Rows> = Rows extends Iterable<infer Row> ? Row : never

/** What is emitted must be what the schema promises; refused by the compiler where it knows both. */
type Promised<D, W> = [Wire<D>] extends [W] ? unknown : { readonly data: W }

export interface RuleDefinition<S, Rows extends Iterable<object>, D, W> {
  /** Counts up when the meaning of the event changes; a column of each event. */
  readonly version: number
  /** The team that answers for the rule. */
  readonly owner: string
  readonly journey?: Journey
  /** What the fact says, in a sentence for who subscribes to it. */
  readonly description?: string
  /**
   * What the data looks like on the wire: JSON Schema, or a schema that says its own (zod's). Checked for every event: one that
   * breaks it parks the rule for that transaction.
   */
  readonly schema?: EventSchema | TypedSchema<W>
  /** Tables that only `emit` looks at, to have them checked at start. Those of `when` are found without. */
  readonly tables?: readonly TableOf<S>[]
  /** The rows of a transaction that state the fact. Pure. */
  readonly when: (tx: SchemaView<S>) => Rows
  /** The fact (or several, or none) that one such row states. Pure: it is run again when a row has to be fetched first. */
  readonly emit: (
    row: ItemOf<Rows>,
    tools: SchemaEmitTools<S>,
  ) => (RuleEmission<Emittable<D> & D> & Promised<D, W>) | readonly (RuleEmission<Emittable<D> & D> & Promised<D, W>)[] | null
}

export interface RulesFor<S> {
  readonly rule: <Rows extends Iterable<object>, D, W = unknown>(name: string, definition: RuleDefinition<S, Rows, D, W>) => Rule
}

/** `rule` bound to a legacy schema: its tables, columns and values are checked by the compiler. */
export const rulesFor = <S>(): RulesFor<S> => ({ rule: (name, definition) => makeRule(name, definition) })

/** A rule without a schema: every table and column compiles. */
export const rule = <Rows extends Iterable<object>, D, W = unknown>(
  name: string,
  definition: RuleDefinition<Readonly<Record<string, Row>>, Rows, D, W>,
): Rule => makeRule(name, definition)

const makeRule = <S, Rows extends Iterable<object>, D, W>(name: string, definition: RuleDefinition<S, Rows, D, W>): Rule => {
  const refuse = (what: string, hint: string): never => {
    throw new BanyanError('rule-invalid', `rule '${name}': ${what}`, { hint, where: name })
  }
  if (!/^\S+$/.test(name)) refuse('its name is empty or has blanks', 'name it for the fact, e.g. order.placed')
  if (!Number.isInteger(definition.version) || definition.version < 1) refuse('version is not 1, 2, 3 …', 'begin with version: 1')
  if (definition.owner.trim() === '') refuse('it has no owner', 'name the team that answers for it')
  // The schema types say more than rows of any table; what they say is the user's word about the database.
  const { when, emit } = definition as unknown as Pick<Rule, 'when' | 'emit'>
  return {
    name,
    version: definition.version,
    owner: definition.owner,
    journey: definition.journey?.name ?? null,
    description: definition.description ?? null,
    schema: definition.schema === undefined ? null : schemaOf(definition.schema, name),
    tables: (definition.tables ?? []).map(tableName),
    when,
    emit,
  }
}
