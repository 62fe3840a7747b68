import type { SourceItem } from '../../model/change-event.ts'
import { filterFaults } from '../../filters/filter-faults.ts'
import type { Filters } from '../../filters/filters.ts'
import { maskingFaults } from '../../masking/check-masking.ts'
import type { Masking } from '../../masking/masking.ts'
import type { TokenSeal } from '../../masking/seal-token.ts'
import { tokenSeal } from '../../masking/seal-token.ts'
import type { ResumeToken, TableName } from '../../model/ids.ts'
import type { ChangeSource, PreflightCheck, ReadOptions, SourceTable } from '../../ports/change-source.ts'
import { createGate } from './gate.ts'
import { guardedTransaction } from './guarded-transaction.ts'

export interface Guards {
  readonly masking: Masking | null
  readonly filters: Filters | null
}

const plainTokens: TokenSeal = { seal: (token) => token, open: (token) => token }

/**
 * A source of which nothing gets out but what the filters let through, and that masked: tables, changes and resume tokens.
 * The one place where this is done, over every kind of source; rows are clear only between the source and here.
 */
export const guardedSource = (source: ChangeSource, guards: Guards): ChangeSource => {
  const tokens = guards.masking === null ? plainTokens : tokenSeal(guards.masking)
  const rowFiltered = new Set(
    Object.entries(guards.filters ?? {}).flatMap(([table, { rows }]) => (rows === undefined ? [] : [table as TableName])),
  )
  const { resumable, load } = source
  return {
    name: source.name,
    ...(source.isRecorded === undefined ? {} : { isRecorded: source.isRecorded }),
    rowFiltered,
    read: (options) => readGuarded(source, guards, tokens, options),
    ...(resumable === undefined ? {} : { resumable: (token: ResumeToken) => resumable(tokens.open(token)) }),
    acknowledge: (token: ResumeToken) => source.acknowledge(tokens.open(token)),
    ...(load === undefined ? {} : { load }),
    preflight: async (ask) => {
      const checks = await source.preflight(ask)
      return checks.some(({ verdict }) => verdict === 'refuse') ? checks : [...checks, ...guardChecks(guards, await source.tables())]
    },
    tables: async () => {
      const tables = await source.tables()
      return createGate(guards, tables).tables
    },
    [Symbol.asyncDispose]: () => source[Symbol.asyncDispose](),
  }
}

async function* readGuarded(
  source: ChangeSource,
  guards: Guards,
  tokens: TokenSeal,
  options: ReadOptions,
): AsyncGenerator<SourceItem, undefined> {
  const from = options.from === null ? null : tokens.open(options.from)
  const gate = createGate(guards, await source.tables())
  for await (const item of source.read({ ...options, from, columns: gate.columns })) {
    if (item.kind === 'progress') {
      yield { ...item, token: tokens.seal(item.token, item.tellsKeys === true) }
      continue
    }
    // A token inside of a snapshot says how far it has come, which may be the key of a row.
    const guarded = guardedTransaction(gate, item, tokens.seal(item.token, item.header.snapshot || item.tellsKeys === true))
    if (guarded !== null) yield guarded
  }
}

const guardChecks = ({ masking, filters }: Guards, tables: readonly SourceTable[]): readonly PreflightCheck[] => [
  ...(masking === null ? [] : checksOf('masking', maskingFaults(masking, tables), Object.keys(masking.tables).length)),
  ...(filters === null ? [] : checksOf('filters', filterFaults(filters, tables), Object.keys(filters).length)),
]

const checksOf = (
  name: string,
  faults: readonly { readonly where: string; readonly what: string; readonly hint: string }[],
  tables: number,
): readonly PreflightCheck[] =>
  faults.length === 0
    ? [{ name, verdict: 'ok', found: `of ${tables} tables`, mend: null }]
    : faults.map(({ where, what, hint }) => ({ name: where, verdict: 'refuse', found: what, mend: hint }))
