/** A column's type as the database declares it, e.g. `numeric(12,2)`, `timestamp(3) without time zone`, `bigint unsigned`, `text[]`. */
export interface DeclaredType {
  /** In lower case, by its one name: `int4`, not `integer`. */
  readonly base: string
  readonly args: readonly number[]
  readonly unsigned: boolean
  /** Dimensions are not declared: any number of them is a list. */
  readonly list: boolean
}

/** Other names of the same types. */
const postgresNames: Readonly<Record<string, string>> = {
  boolean: 'bool',
  smallint: 'int2',
  smallserial: 'int2',
  integer: 'int4',
  int: 'int4',
  serial: 'int4',
  bigint: 'int8',
  bigserial: 'int8',
  real: 'float4',
  'double precision': 'float8',
  decimal: 'numeric',
  'character varying': 'varchar',
  character: 'char',
  bpchar: 'char',
  'bit varying': 'varbit',
  'timestamp without time zone': 'timestamp',
  'timestamp with time zone': 'timestamptz',
  'time without time zone': 'time',
  'time with time zone': 'timetz',
}

const mysqlNames: Readonly<Record<string, string>> = {
  integer: 'int',
  bool: 'tinyint',
  boolean: 'tinyint',
  numeric: 'decimal',
  dec: 'decimal',
  fixed: 'decimal',
  'double precision': 'double',
  real: 'double',
  character: 'char',
}

const argumentShape = /\(([^)]*)\)/

/** Reads a type as `tables` of a change source tells it. */
export const declaredType = (text: string, dialect: 'postgres' | 'mysql'): DeclaredType => {
  const list = dialect === 'postgres' && text.endsWith(']')
  const lower = text
    .replace(/(\[\d*\])+$/, '')
    .trim()
    .toLowerCase()
  const args = (argumentShape.exec(lower)?.[1] ?? '').split(',').map((each) => Number(each.trim() === '' ? Number.NaN : each))
  const words = lower.replace(argumentShape, ' ').replaceAll(/\s+/g, ' ').trim()
  const unsigned = dialect === 'mysql' && /\b(unsigned|zerofill)\b/.test(words)
  const bare = dialect === 'mysql' ? (words.split(/ (?:unsigned|zerofill|signed|character set|collate|charset)\b/)[0] ?? words) : words
  const names = dialect === 'postgres' ? postgresNames : mysqlNames
  const plain = bare.startsWith('interval') && dialect === 'postgres' ? 'interval' : bare
  return {
    base: Object.hasOwn(names, plain) ? (names[plain] ?? plain) : plain,
    args: args.every(Number.isInteger) ? args : [],
    unsigned,
    list,
  }
}
