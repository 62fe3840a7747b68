import type { ChangeEvent } from '../model/change-event.ts'
import type { Data, Value } from '../model/value.ts'

/** Longer texts are names and notes, not codes. */
const longestCode = 12
const maxColumns = 64

/**
 * The codes and flags that the legacy wrote beside its answer, by `table.column`: short texts, booleans and what it left empty, of the last
 * row of each table. Numbers, instants and the row's own key say nothing about why it answered so.
 */
export const wroteBeside = (transactions: readonly { readonly changes: readonly ChangeEvent[] }[]): Readonly<Record<string, Data>> => {
  const wrote: Record<string, Data> = {}
  let columns = 0
  for (const { changes } of transactions) {
    for (const { table, key, after } of changes) {
      for (const [column, value] of Object.entries(after ?? {})) {
        if (!isCode(value, key)) continue
        const name = `${table}.${column}`
        if (!Object.hasOwn(wrote, name)) columns += 1
        if (columns <= maxColumns || Object.hasOwn(wrote, name)) wrote[name] = typeof value === 'string' ? value.trimEnd() : value
      }
    }
  }
  return wrote
}

const isCode = (value: Value, key: string | null): value is string | boolean | null => {
  if (value === null || typeof value === 'boolean') return true
  if (typeof value !== 'string' || value.length > longestCode) return false
  return !/^\d{4}-\d\d|^-?\d+\.\d+$/.test(value) && key?.includes(JSON.stringify(value)) !== true
}
