import { decode, encode } from '../model/canonical.ts'
import type { ChangeEvent } from '../model/change-event.ts'
import { BanyanError } from '../model/errors.ts'
import type { EpochMs, RowKey, TableName } from '../model/ids.ts'
import { rowKey } from '../model/ids.ts'
import type { Row, Value } from '../model/value.ts'
import type { SourceTable } from '../ports/change-source.ts'
import type { MaskValue } from './apply-mask.ts'
import { maskValue } from './apply-mask.ts'
import { maskingFaults } from './check-masking.ts'
import { columnKind } from './column-kind.ts'
import type { Derivation } from './derivations.ts'
import type { Masking } from './masking.ts'

interface CompiledTable {
  readonly columns: readonly (readonly [string, MaskValue])[]
  readonly derive: readonly (readonly [string, Derivation])[]
  /** One a key column, in key order; null when no column of the key is masked. */
  readonly key: readonly (MaskValue | null)[] | null
}

/** A change as it may be stored. Changes of tables without a policy are the same objects. */
export type MaskChange = (change: ChangeEvent) => ChangeEvent

/**
 * The policy over one set of tables: before and after images, keys, and the names of what was not sent.
 *
 * @throws BanyanError masking-invalid when the policy does not fit the tables; the function made, when a masked column has
 *   gone from a table since: under another name its values would be clear.
 */
export const maskChanges = (masking: Masking, tables: readonly SourceTable[]): MaskChange => {
  const [fault] = maskingFaults(masking, tables)
  if (fault !== undefined) throw new BanyanError('masking-invalid', fault.what, { hint: fault.hint, where: fault.where })
  const compiled = new Map<TableName, CompiledTable>()
  for (const table of tables) {
    if (Object.hasOwn(masking.tables, table.name)) compiled.set(table.name, compile(masking, table))
  }
  return (change) => {
    const table = compiled.get(change.table)
    return table === undefined ? change : maskedChange(table, change)
  }
}

const compile = ({ tables, secret }: Masking, { name, columns }: SourceTable): CompiledTable => {
  const policy = tables[name] ?? {}
  const typeOf = new Map(columns.map((column) => [column.name, column.type]))
  const masks = Object.entries(policy.columns ?? {}).map(
    ([column, mask]) => [column, maskValue(mask, columnKind(typeOf.get(column) ?? ''), secret)] as const,
  )
  const key = columns
    .filter((column) => column.keyOrder !== null)
    .sort((a, b) => (a.keyOrder ?? 0) - (b.keyOrder ?? 0))
    .map((column) => masks.find(([masked]) => masked === column.name)?.[1] ?? null)
  return { columns: masks, derive: Object.entries(policy.derive ?? {}), key: key.every((mask) => mask === null) ? null : key }
}

const maskedChange = (table: CompiledTable, change: ChangeEvent): ChangeEvent => {
  const { before, after, transaction } = change
  if (after !== null) checkColumns(table, change, after)
  return {
    ...change,
    key: maskedKey(table, change.key),
    before: before === null ? null : maskedRow(table, before, transaction.committedAt),
    after: after === null ? null : maskedRow(table, after, transaction.committedAt),
    omitted: maskedNames(table, change.omitted),
  }
}

const checkColumns = ({ columns }: CompiledTable, { table, omitted }: ChangeEvent, after: Row): void => {
  for (const [name] of columns) {
    if (after[name] !== undefined || omitted.includes(name)) continue
    throw new BanyanError(
      'masking-invalid',
      `${table} no longer has the masked column ${name}: under another name its values would be clear`,
      {
        hint: 'put the new name into the masking, or take the column out of it if it was dropped, and start again',
        where: `masking.tables.${table}.columns.${name}`,
      },
    )
  }
}

const maskedRow = ({ columns, derive }: CompiledTable, row: Row, at: EpochMs): Row => {
  const masked: Record<string, Value> = { ...row }
  for (const [name, derivation] of derive) {
    const value = row[derivation.from]
    if (value !== undefined) masked[name] = derivedValue(derivation, value, at)
  }
  for (const [name, mask] of columns) {
    const value = row[name]
    if (value !== undefined) masked[name] = mask(value)
  }
  return masked
}

/** A function that throws may have the clear value in its message: nobody gets to see it. */
const derivedValue = (derivation: Derivation, value: Value, at: EpochMs): Value => {
  if (value === null) return null
  try {
    return storable(derivation.of(value, at))
  } catch {
    return null
  }
}

const storable = (value: unknown): Value => {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'bigint':
    case 'boolean':
      return value
    default:
      return value instanceof Uint8Array ? value : null
  }
}

const maskedKey = ({ key: masks }: CompiledTable, key: RowKey | null): RowKey | null => {
  if (key === null || masks === null) return key
  const values = decode(key) as readonly Value[]
  return rowKey(encode(values.map((value, place) => keyPart(masks[place] ?? null, value))))
}

const keyPart = (mask: MaskValue | null, value: Value): Value => (mask === null ? value : mask(value))

const maskedNames = ({ derive }: CompiledTable, omitted: readonly string[]): readonly string[] => {
  if (omitted.length === 0) return omitted
  const underived = derive.flatMap(([name, { from }]) => (omitted.includes(from) ? [name] : []))
  return underived.length === 0 ? omitted : [...omitted, ...underived]
}
