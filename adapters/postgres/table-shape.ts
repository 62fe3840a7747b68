import type { TableName } from '../../src/model/ids.ts'
import type { TableShape, ValueKind } from '../../src/model/table-shape.ts'
import type { CatalogueTable } from './catalogue.ts'
import type { TypeShapes } from './codec.ts'

/** What the server says of a column, in its catalogue and in its log alike. */
export interface TypedColumn {
  readonly name: string
  readonly typeOid: number
  readonly typeMod: number
}

/** A table as rules see it. It hangs on nothing but what the log says, so that the same log always gives the same. */
export const tableShape = (
  table: TableName,
  { columns, key }: { readonly columns: readonly TypedColumn[]; readonly key: readonly string[] },
  types: TypeShapes,
): TableShape => ({
  table,
  columns: columns.map(({ name, typeOid, typeMod }) => ({ name, type: typeText(typeOid, typeMod, types), holds: kindOf(typeOid, types) })),
  key,
})

/** As the log would describe it now. */
export const catalogueShape = ({ ref, columns, keyColumns, published }: CatalogueTable, types: TypeShapes): TableShape => {
  const sent = new Set(published ?? [])
  return tableShape(ref.name, { columns: columns.filter(({ name }) => sent.has(name)), key: keyColumns }, types)
}

const plain =
  (name: string): ((mod: number) => string) =>
  () =>
    name
const sized =
  (name: string, header: number): ((mod: number) => string) =>
  (mod) =>
    mod < header ? name : `${name}(${mod - header})`
const timed =
  (name: string, zone: string): ((mod: number) => string) =>
  (mod) =>
    `${name}${mod < 0 ? '' : `(${mod})`} ${zone}`

/** Precision in the upper half, scale (which may be negative) in the lower 11 bits. */
const numeric = (mod: number): string => {
  if (mod < 4) return 'numeric'
  const scale = (mod - 4) & 0x7ff
  return `numeric(${(mod - 4) >> 16},${scale > 1023 ? scale - 2048 : scale})`
}

/** As the server prints them. */
const builtIn: ReadonlyMap<number, (mod: number) => string> = new Map([
  [16, plain('boolean')],
  [17, plain('bytea')],
  [18, plain('"char"')],
  [19, plain('name')],
  [20, plain('bigint')],
  [21, plain('smallint')],
  [23, plain('integer')],
  [25, plain('text')],
  [26, plain('oid')],
  [114, plain('json')],
  [142, plain('xml')],
  [600, plain('point')],
  [650, plain('cidr')],
  [700, plain('real')],
  [701, plain('double precision')],
  [774, plain('macaddr8')],
  [790, plain('money')],
  [829, plain('macaddr')],
  [869, plain('inet')],
  [1042, sized('character', 4)],
  [1043, sized('character varying', 4)],
  [1082, plain('date')],
  [1083, timed('time', 'without time zone')],
  [1114, timed('timestamp', 'without time zone')],
  [1184, timed('timestamp', 'with time zone')],
  [1186, plain('interval')],
  [1266, timed('time', 'with time zone')],
  [1560, sized('bit', 0)],
  [1562, sized('bit varying', 0)],
  [1700, numeric],
  [2950, plain('uuid')],
  [3802, plain('jsonb')],
])

const typeText = (oid: number, mod: number, types: TypeShapes): string => {
  const known = builtIn.get(oid)
  if (known !== undefined) return known(mod)
  const shape = types.get(oid)
  if (shape?.name !== undefined) return shape.name
  return shape?.kind === 'array' ? `${typeText(shape.element, mod, types)}[]` : `type ${oid}`
}

const kinds: ReadonlyMap<number, ValueKind> = new Map([
  [16, 'boolean'],
  [17, 'bytes'],
  [20, 'bigint'],
  [21, 'number'],
  [23, 'number'],
  [700, 'number'],
  [701, 'number'],
])

/** As `codecOf` reads them. */
const kindOf = (oid: number, types: TypeShapes, depth = 0): ValueKind => {
  const known = kinds.get(oid)
  if (known !== undefined) return known
  const shape = types.get(oid)
  if (shape?.kind === 'domain' && depth <= 16) return kindOf(shape.base, types, depth + 1)
  return shape?.kind === 'array' ? 'list' : 'text'
}
