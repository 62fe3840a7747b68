import type { TransactionHeader } from '../model/change-event.ts'
import type { BusinessEvent } from '../model/business-event.ts'
import type { Context } from '../model/context.ts'
import type { TableName } from '../model/ids.ts'
import { epochMs, position, sourceName, tableName } from '../model/ids.ts'
import type { Rule } from '../model/rule.ts'
import type { Looked } from './probe.ts'
import { createProbes } from './probe.ts'

/** Who looks at a column of a table (null: at anything of the table), by name: rules first. */
export type ColumnUses = (table: TableName, column: string | null) => readonly string[]

interface Part {
  readonly name: string
  readonly functions: readonly unknown[]
  /** Shows the part probes instead of rows. */
  readonly show: (seen: Seen) => void
}

interface Seen {
  /** The table is looked at. */
  readonly table: (table: string) => Looked
  /** A property of something that may be a row of any table of the part. */
  readonly any: Looked
}

/**
 * Which rules and contexts look at which columns: by showing them stand-ins for rows, and by the names in their own text. Says rather too much
 * than too little: a name that stands in the text counts as used, in each table that the part looks at.
 */
export const columnUses = ({ rules, contexts }: { readonly rules: readonly Rule[]; readonly contexts: readonly Context[] }): ColumnUses => {
  let known: readonly Use[] | null = null
  return (table, column) => {
    known ??= [...rules.map(rulePart), ...contexts.flatMap(contextParts)].map(useOf)
    return known.filter((use) => use.looksAt(table, column)).map(({ name }) => name)
  }
}

interface Use {
  readonly name: string
  readonly looksAt: (table: TableName, column: string | null) => boolean
}

const useOf = ({ name, functions, show }: Part): Use => {
  const tables = new Map<string, Set<string | null>>()
  const anywhere = new Set<string | null>()
  for (const one of functions) for (const [word] of String(one ?? '').matchAll(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu)) anywhere.add(word)
  const of = (table: string): Set<string | null> => {
    const columns = tables.get(table) ?? new Set()
    tables.set(table, columns)
    return columns
  }
  show({
    table: (table) => {
      const columns = of(table)
      return (column) => columns.add(column)
    },
    any: (column) => anywhere.add(column),
  })
  return {
    name,
    looksAt: (table, column) => {
      const columns = tables.get(table)
      if (columns === undefined) return false
      return column === null || [columns, anywhere].some((names) => names.has(column) || names.has(null))
    },
  }
}

const rulePart = (rule: Rule): Part => ({
  name: `rule ${rule.name}`,
  functions: [rule.when, rule.emit],
  show: (seen) => {
    const { row, anything } = createProbes()
    const view = viewOf(seen, row)
    for (const table of rule.tables) seen.table(table)
    attempt(() => Array.from(rule.when(view)))
    const asOf = (table: string): object => row(seen.table(table))
    attempt(() => rule.emit(anything(seen.any) as never, { tx: view, asOf } as never))
  },
})

const contextParts = (context: Context): readonly Part[] => [
  ...Object.entries(context.reads).map(
    ([name, { from, key, group, value }]): Part => ({
      name: `context ${context.name} (reads.${name})`,
      functions: [key, group, value],
      show: (seen) => {
        const looked = seen.table(from)
        const { row } = createProbes()
        for (const each of [key, group, value]) attempt(() => each?.(row(looked) as never))
      },
    }),
  ),
  {
    name: `context ${context.name} (legacy)`,
    functions: [...Object.values(context.legacy.watch), context.legacy.answer, context.legacy.decidedAt],
    show: (seen) => {
      const { row, anything } = createProbes()
      for (const [table, key] of Object.entries(context.legacy.watch)) attempt(() => key(row(seen.table(table)) as never))
      const views = [viewOf(seen, row)] as never
      // What it reads of its trigger is no row.
      attempt(() => context.legacy.answer(views, anything(() => undefined) as unknown as BusinessEvent))
      attempt(() => context.legacy.decidedAt?.(views))
    },
  },
]

const attempt = (work: () => unknown): void => {
  try {
    work()
  } catch {
    // It was not made for stand-ins; what it looked at until then is known, and so is its text.
  }
}

const header: TransactionHeader = {
  source: sourceName('nowhere'),
  position: position(''),
  id: '',
  beganAt: null,
  committedAt: epochMs(0),
  capturedAt: epochMs(0),
  count: 1,
  snapshot: false,
}

/** A transaction in which each table that is asked for has one row. */
const viewOf = (seen: Seen, row: (looked: Looked) => object): never => {
  const rows = (table: string): Iterator<object> => [row(seen.table(table))].values()
  return {
    header,
    created: rows,
    updated: rows,
    deleted: rows,
    transitioned: (table: string, column: string) => {
      seen.table(table)(column)
      return rows(table)
    },
    changes: (table?: string) => {
      const looked = table === undefined ? seen.any : seen.table(table)
      const change = { op: 'update', table: tableName(table ?? ''), key: null, transaction: header, ordinal: 0, omitted: [] }
      return [{ ...change, before: row(looked), after: row(looked), beforeKind: 'full' }].values()
    },
    causeOf: () => undefined,
  } as never
}
