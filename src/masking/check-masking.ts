import { nearNames } from '../model/near-names.ts'
import type { SourceTable } from '../ports/change-source.ts'
import type { ColumnKind } from './column-kind.ts'
import { columnKind } from './column-kind.ts'
import type { Masking, TableMasking } from './masking.ts'
import type { Mask } from './masks.ts'

/** Something that is wrong with a policy, and how to mend it. */
export interface MaskingFault {
  readonly where: string
  readonly what: string
  readonly hint: string
}

/** What a policy says that does not fit the captured tables: unknown names, masks that the type cannot bear, redacted keys. */
export const maskingFaults = ({ tables: policy }: Masking, tables: readonly SourceTable[]): readonly MaskingFault[] =>
  Object.entries(policy).flatMap(([name, masks]) => {
    const table = tables.find((each) => each.name === name)
    if (table === undefined) {
      const names = tables.map((each) => each.name)
      return [
        { where: `masking.tables.${name}`, what: `table ${name} is not captured`, hint: meant(name, names, 'capture it, or take it out') },
      ]
    }
    return [...columnFaults(table, masks), ...derivationFaults(table, masks)]
  })

const columnFaults = (table: SourceTable, { columns = {} }: TableMasking): readonly MaskingFault[] =>
  Object.entries(columns).flatMap(([name, mask]) => {
    const column = table.columns.find((each) => each.name === name)
    const where = `masking.tables.${table.name}.columns.${name}`
    if (column === undefined) return [unknownColumn(where, table, name)]
    const refused = column.keyOrder !== null && mask.kind === 'redact' ? keyRefusal : refusal(mask, columnKind(column.type))
    return refused === null
      ? []
      : [{ where, what: `${table.name}.${name} is ${keyed(column.keyOrder)}${column.type}: ${refused}`, hint: 'see docs/masking.md' }]
  })

const keyed = (keyOrder: number | null): string => (keyOrder === null ? '' : 'part of the key and ')

const keyRefusal = 'its rows could not be told apart; use hashed() or keepFormat()'

const bears: Readonly<Record<Mask['kind'], ReadonlySet<ColumnKind>>> = {
  hashed: new Set(['text', 'padded', 'integer', 'unknown']),
  'keep-format': new Set(['text', 'padded', 'integer', 'decimal', 'unknown']),
  redact: new Set(['text', 'padded', 'integer', 'decimal', 'other', 'unknown']),
}

const refusal = ({ kind }: Mask, column: ColumnKind): string | null => {
  if (bears[kind].has(column)) return null
  return column === 'decimal'
    ? 'a hash is no number; use keepFormat() or redact()'
    : 'no masked value would be one of that type; use redact()'
}

const derivationFaults = (table: SourceTable, { derive = {} }: TableMasking): readonly MaskingFault[] =>
  Object.entries(derive).flatMap(([name, { from }]) => {
    const where = `masking.tables.${table.name}.derive.${name}`
    if (!table.columns.some((each) => each.name === from)) return [unknownColumn(where, table, from)]
    if (!table.columns.some((each) => each.name === name)) return []
    return [{ where, what: `${table.name} has a column ${name} already`, hint: 'give the derived column another name' }]
  })

const unknownColumn = (where: string, table: SourceTable, name: string): MaskingFault => {
  const names = table.columns.map((each) => each.name)
  return { where, what: `${table.name} has no column ${name}`, hint: meant(name, names, `its columns: ${names.join(', ')}`) }
}

const meant = (name: string, known: readonly string[], otherwise: string): string => {
  const near = nearNames(name, known)
  return near.length === 0 ? otherwise : `did you mean ${near.join(' or ')}?`
}
