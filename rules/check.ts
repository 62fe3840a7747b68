import { BanyanError } from '../src/model/errors.ts'
import type { TableName } from '../src/model/ids.ts'
import type { Journey } from '../src/model/journey.ts'
import { nearNames } from '../src/model/near-names.ts'
import type { Rule } from '../src/model/rule.ts'
import type { SourceTable } from '../src/ports/change-source.ts'
import { awaitedTypes, derivedType } from './journey.ts'
import { touchedTables } from './touched-tables.ts'

/**
 * What can be known to be wrong before the first transaction.
 *
 * @throws BanyanError rule-unknown-table when a rule looks at a table that the source does not capture; rule-invalid for
 *   two rules of one name, unknown journeys, and milestones that wait for a fact which no rule states.
 */
export const checkRules = (rules: readonly Rule[], journeys: readonly Journey[], tables: readonly SourceTable[]): void => {
  const known = new Set(tables.map((table) => table.name))
  const names = new Set<string>()
  for (const rule of rules) {
    if (names.has(rule.name)) throw invalid(rule.name, `there are two rules '${rule.name}'`, 'give each fact one rule')
    names.add(rule.name)
    for (const table of [...rule.tables, ...(touchedTables(rule) ?? [])]) if (!known.has(table)) throw unknownTable(rule, table, known)
    if (rule.journey !== null && !journeys.some((journey) => journey.name === rule.journey)) {
      throw invalid(rule.name, `rule '${rule.name}' is of journey '${rule.journey}', which is not in the config`, 'add it to journeys')
    }
  }
  for (const journey of journeys) checkJourney(journey, rules)
}

const checkJourney = (journey: Journey, rules: readonly Rule[]): void => {
  const derived = Object.entries(journey.milestones).flatMap(([name, when]) => (when.kind === 'fact' ? [] : [derivedType(journey, name)]))
  const stated = new Set([...rules.filter((rule) => rule.journey === journey.name).map((rule) => rule.name), ...derived])
  for (const type of derived) {
    if (rules.some((rule) => rule.name === type)) {
      throw invalid(journey.name, `'${type}' is both a rule and a derived milestone`, 'rename one of them')
    }
  }
  for (const type of [...awaitedTypes(journey), ...journey.ends]) {
    if (stated.has(type)) continue
    const elsewhere = rules.some((rule) => rule.name === type)
    const hint = elsewhere ? `say journey: ${journey.name} in rule '${type}'` : didYouMean(type, stated)
    throw invalid(journey.name, `journey '${journey.name}' waits for '${type}', which no rule of it states`, hint)
  }
}

const invalid = (where: string, message: string, hint: string): BanyanError => new BanyanError('rule-invalid', message, { hint, where })

const didYouMean = (name: string, known: Iterable<string>): string => {
  const near = nearNames(name, known)
  return near.length === 0 ? 'write a rule for it, or correct the name' : `did you mean ${near.join(' or ')}?`
}

/** A rule looks at a table that is not captured. */
export const unknownTable = (rule: Pick<Rule, 'name'>, table: TableName, known: ReadonlySet<TableName>): BanyanError => {
  const near = nearNames(table, known)
  return new BanyanError('rule-unknown-table', `rule '${rule.name}' looks at table '${table}', which the source does not capture`, {
    hint:
      near.length === 0
        ? "add the table to the source's tables"
        : `did you mean ${near.join(' or ')}? If not, add it to the source's tables`,
    where: table,
  })
}
