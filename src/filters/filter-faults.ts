import { nearNames } from '../model/near-names.ts'
import type { SourceTable } from '../ports/change-source.ts'
import type { Filters, TableFilter } from './filters.ts'

/** Something that is wrong with a filter, and how to mend it. */
export interface FilterFault {
  readonly where: string
  readonly what: string
  readonly hint: string
}

/** What filters say that does not fit the captured tables. */
export const filterFaults = (filters: Filters, tables: readonly SourceTable[]): readonly FilterFault[] =>
  Object.entries(filters).flatMap(([name, filter]) => {
    const table = tables.find((each) => each.name === name)
    if (table !== undefined) return tableFaults(table, filter)
    return [
      {
        where: `filters.${name}`,
        what: `table ${name} is not captured`,
        hint: meant(
          name,
          tables.map((each) => each.name),
          'capture it, or take it out',
        ),
      },
    ]
  })

const tableFaults = (table: SourceTable, { columns, except = [], rows = {} }: TableFilter): readonly FilterFault[] => {
  const where = `filters.${table.name}`
  const names = table.columns.map((column) => column.name)
  const unknown = [...(columns ?? []), ...except, ...Object.keys(rows)].filter((name) => !names.includes(name))
  const keys = table.columns.filter((column) => column.keyOrder !== null).map((column) => column.name)
  const unkeyed = keys.filter((name) => except.includes(name))
  const uncomparable = Object.entries(rows).flatMap(([name, { kind }]) => {
    const type = table.columns.find((column) => column.name === name)?.type ?? ''
    return kind === 'between' && /^(numeric|decimal|money)/i.test(type)
      ? [
          {
            where,
            what: `${table.name}.${name} is ${type}: decimals are text here, which has no such order`,
            hint: 'use oneOf() or noneOf()',
          },
        ]
      : []
  })
  return [
    ...unknown.map((name) => ({
      where,
      what: `${table.name} has no column ${name}`,
      hint: meant(name, names, `its columns: ${names.join(', ')}`),
    })),
    ...unkeyed.map((name) => ({
      where,
      what: `${table.name}.${name} is part of the key`,
      hint: 'without it rows cannot be told apart: mask it instead',
    })),
    ...(columns !== undefined && except.length > 0
      ? [{ where, what: 'both columns and except are given', hint: 'name either those to keep or those to leave out' }]
      : []),
    ...uncomparable,
  ]
}

const meant = (name: string, known: readonly string[], otherwise: string): string => {
  const near = nearNames(name, known)
  return near.length === 0 ? otherwise : `did you mean ${near.join(' or ')}?`
}
