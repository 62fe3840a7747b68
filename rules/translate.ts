import type { BusinessEvent } from '../src/model/business-event.ts'
import type { LegacyTransaction } from '../src/model/change-event.ts'
import type { DeadLetter } from '../src/model/dead-letter.ts'
import type { TableName } from '../src/model/ids.ts'
import type { Journey } from '../src/model/journey.ts'
import type { Rule } from '../src/model/rule.ts'
import type { SourceTable } from '../src/ports/change-source.ts'
import { checkRules } from './check.ts'
import type { Stated } from './run-rule.ts'
import { runRule } from './run-rule.ts'
import type { RowAddress, RowOf } from './recall.ts'
import { createRecall } from './recall.ts'
import { createRowKeys } from './row-keys.ts'
import { ruleTools } from './rule-tools.ts'
import { changesByTable } from './changes-by-table.ts'
import { touchedTables } from './touched-tables.ts'

/** `needs`: fetch these rows and translate again. */
export type Translation =
  | { readonly kind: 'done'; readonly events: readonly BusinessEvent[]; readonly deadLetters: readonly DeadLetter[] }
  | { readonly kind: 'needs'; readonly keys: readonly RowAddress[] }

/** One legacy transaction in business words. Pure: the same transaction and rows give the same events. */
export type Translate = (tx: LegacyTransaction, rowOf: RowOf) => Translation

export interface TranslatorOptions {
  readonly rules: readonly Rule[]
  readonly journeys: readonly Journey[]
  /** The tables that the source captures. */
  readonly tables: readonly SourceTable[]
}

const silence: Translation = { kind: 'done', events: [], deadLetters: [] }

/**
 * Events are ordered by the row change that caused them, then by rule. Snapshot rows are state, not facts: they state none.
 * A rule that throws parks itself for that transaction, with the reason; the other rules' events of it still flow, so that one
 * bad rule does not silence the rest.
 *
 * @throws BanyanError rule-unknown-table, rule-invalid; the former also while translating, when `emit` looks at a table
 *   that is not captured.
 */
export const createTranslator = ({ rules, journeys, tables }: TranslatorOptions): Translate => {
  checkRules(rules, journeys, tables)
  const wakes = wakeIndex(rules)
  const keys = createRowKeys(tables)
  const known = new Set(tables.map((table) => table.name))
  const milestones = new Map(rules.map((rule) => [rule.name, milestoneOf(rule, journeys)]))

  return (tx, rowOf) => {
    const awake = tx.header.snapshot ? [] : wakes(tx)
    if (awake.length === 0) return silence
    const changes = changesByTable(tx)
    const recall = createRecall({ tx, changes, keys, rowOf })
    const deadLetters: DeadLetter[] = []
    const stated: Stated[] = []
    for (const rule of awake) {
      const outcome = runRule({ rule, tx, tools: ruleTools({ rule, tx, changes, recall, keys, known }) })
      if (outcome.kind === 'stated') stated.push(...outcome.facts)
      else deadLetters.push(outcome.letter)
    }
    const missing = recall.missing()
    if (missing.length > 0) return { kind: 'needs', keys: missing }
    stated.sort((a, b) => a.causeOrdinal - b.causeOrdinal)
    const events = stated.map(({ rule, id, key, data, causes }, ordinal): BusinessEvent => {
      const { source, position, committedAt } = tx.header
      const milestone = milestones.get(rule.name) ?? null
      const by = { name: rule.name, version: rule.version }
      return {
        id,
        type: rule.name,
        source,
        key,
        data,
        occurredAt: committedAt,
        position,
        ordinal,
        journey: rule.journey,
        milestone,
        rule: by,
        causes,
      }
    })
    return { kind: 'done', events, deadLetters }
  }
}

const milestoneOf = (rule: Rule, journeys: readonly Journey[]): string | null => {
  const journey = journeys.find((one) => one.name === rule.journey)
  const found = Object.entries(journey?.milestones ?? {}).find(([, when]) => when.kind === 'fact' && when.type === rule.name)
  return found?.[0] ?? null
}

/** The rules that a transaction can wake, in config order, in one look at its tables. */
const wakeIndex = (rules: readonly Rule[]): ((tx: LegacyTransaction) => readonly Rule[]) => {
  const always: number[] = []
  const byTable = new Map<TableName, number[]>()
  for (const [at, rule] of rules.entries()) {
    const touched = touchedTables(rule)
    if (touched === null) always.push(at)
    for (const table of touched ?? []) byTable.set(table, [...(byTable.get(table) ?? []), at])
  }
  return (tx) => {
    const awake = new Set(always)
    let last: TableName | null = null
    for (const { table } of tx.changes()) {
      if (table === last) continue
      last = table
      for (const at of byTable.get(table) ?? []) awake.add(at)
      if (awake.size === rules.length) break
    }
    return [...awake].sort((a, b) => a - b).flatMap((at) => rules[at] ?? [])
  }
}
