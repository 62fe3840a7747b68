import type { SourceTable } from '../ports/change-source.ts'
import type { Masking } from './masking.ts'

/** The table as rules and the store see it: with its derived columns, which are text that may be missing. */
export const maskedTable = ({ tables }: Masking, table: SourceTable): SourceTable => {
  const derived = Object.keys(tables[table.name]?.derive ?? {})
  if (derived.length === 0) return table
  return { ...table, columns: [...table.columns, ...derived.map((name) => ({ name, type: 'text', nullable: true, keyOrder: null }))] }
}
