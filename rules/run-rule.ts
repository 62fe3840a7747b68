import type { LegacyTransaction } from '../src/model/change-event.ts'
import type { DeadLetter } from '../src/model/dead-letter.ts'
import { BanyanError } from '../src/model/errors.ts'
import { deadLetterId, eventId } from '../src/model/hash.ts'
import type { ChangeId, EventId, JourneyKey } from '../src/model/ids.ts'
import { journeyKey } from '../src/model/ids.ts'
import type { Emission, Rule } from '../src/model/rule.ts'
import type { EventSchema } from '../src/model/event-schema.ts'
import { toJsonData } from '../src/model/json-data.ts'
import type { Data } from '../src/model/value.ts'
import type { SchemaBreach } from './events/compile-schema.ts'
import { compileSchema } from './events/compile-schema.ts'
import { eventData } from './event-data.ts'
import type { RuleTools } from './rule-tools.ts'

/** A fact that a rule stated, before it has its place among the events of its transaction. */
export interface Stated {
  readonly rule: Rule
  readonly id: EventId
  readonly key: JourneyKey
  readonly data: Data
  readonly causes: readonly ChangeId[]
  readonly causeOrdinal: number
}

export type RuleOutcome =
  | { readonly kind: 'stated'; readonly facts: readonly Stated[] }
  | { readonly kind: 'parked'; readonly letter: DeadLetter }

/** All facts that a rule states about a transaction, or why it could not. */
export const runRule = (input: { readonly rule: Rule; readonly tx: LegacyTransaction; readonly tools: RuleTools }): RuleOutcome => {
  try {
    return { kind: 'stated', facts: stateFacts(input.rule, input.tx, input.tools) }
  } catch (error) {
    // Not this transaction's fault: the config is wrong, and would be for every other one.
    if (error instanceof BanyanError && error.code === 'rule-unknown-table') throw error
    return { kind: 'parked', letter: parked(input.rule, input.tx, error) }
  }
}

const stateFacts = (rule: Rule, tx: LegacyTransaction, tools: RuleTools): readonly Stated[] => {
  const { source, position } = tx.header
  const facts: Stated[] = []
  const ordinals = new Map<string, number>()
  for (const row of rule.when(tools.tx)) {
    const matched = tools.causesOf(row)
    const said = tryEmit(rule, row, tools)
    const causes = [...new Set([...matched, ...tools.takeLookedUp()])]
    for (const emission of said === null ? [] : listed(said)) {
      const key = validKey(rule, emission)
      const ordinal = ordinals.get(key) ?? 0
      ordinals.set(key, ordinal + 1)
      const id = eventId(source, position, rule.name, key, ordinal)
      facts.push({ rule, id, key, data: promisedData(rule, emission), causes, causeOrdinal: ordinalOf(causes[0]) })
    }
  }
  return facts
}

const compiled = new WeakMap<EventSchema, (data: ReturnType<typeof toJsonData>) => SchemaBreach | null>()

const checkOf = (schema: EventSchema): ((data: ReturnType<typeof toJsonData>) => SchemaBreach | null) => {
  const known = compiled.get(schema)
  if (known !== undefined) return known
  const made = compileSchema(schema)
  compiled.set(schema, made)
  return made
}

/** Who subscribed relies on the schema: an event that breaks it must not get out. */
const promisedData = (rule: Rule, emission: Emission): Data => {
  const data = eventData(emission.data)
  const breach = rule.schema === null ? null : checkOf(rule.schema)(toJsonData(data))
  if (breach === null) return data
  const where = breach.path === '' ? 'its data' : breach.path
  throw new BanyanError('rule-invalid', `rule '${rule.name}' emitted what its schema does not allow: ${where} ${breach.what}`, {
    hint: 'mend the rule, or widen its schema',
    where: rule.name,
  })
}

/** While rows are missing, a rule that fails on one row is shown the others, so that all their look-ups are fetched together. */
const tryEmit = (rule: Rule, row: Parameters<Rule['emit']>[0], tools: RuleTools): ReturnType<Rule['emit']> => {
  try {
    const said = rule.emit(row, tools)
    return tools.provisional() ? null : said
  } catch (error) {
    if (!tools.provisional() || (error instanceof BanyanError && error.code === 'rule-unknown-table')) throw error
    return null
  }
}

const listed = (said: Emission | readonly Emission[]): readonly Emission[] => (Array.isArray(said) ? said : [said as Emission])

const validKey = (rule: Rule, emission: Emission): JourneyKey => {
  const key: unknown = emission.key
  if (typeof key === 'string' && key.trim() !== '') return journeyKey(key)
  throw new BanyanError(
    'rule-invalid',
    `rule '${rule.name}' emitted ${typeof key === 'string' ? 'an empty key' : `a key that is ${typeof key}, not text`}`,
    {
      hint: 'an event needs the key of what it is about',
      where: rule.name,
    },
  )
}

const ordinalOf = (cause: ChangeId | undefined): number => Number(cause?.slice(cause.lastIndexOf('#') + 1) ?? 0)

const maxReason = 2_000

const parked = (rule: Rule, tx: LegacyTransaction, error: unknown): DeadLetter => {
  const { source, position, committedAt } = tx.header
  const reason =
    error instanceof BanyanError
      ? `${error.message}. ${error.hint}`
      : error instanceof Error
        ? `${error.name}: ${error.message}`
        : String(error)
  const id = deadLetterId(source, position, 'translate', rule.name)
  return { id, source, position, stage: 'translate', part: rule.name, reason: reason.slice(0, maxReason), at: committedAt }
}
