import type { Value } from '../../src/model/value.ts'
import type { KeyedTable } from '../log/snapshot-progress.ts'
import type { CatalogueColumn, CatalogueTable } from './catalogue.ts'
import { quoted } from './connect.ts'
import { undecodable } from './undecodable.ts'

type Form = 'number' | 'text' | 'bytes' | 'datetime'

/**
 * Types of key columns by which a table can be read in pieces: a comparison has the order of the index, and the value's text
 * says it exactly. Labels compare as text and lie by their number; floating numbers are not found again.
 */
const forms: Readonly<Record<string, Form>> = {
  tinyint: 'number',
  smallint: 'number',
  mediumint: 'number',
  int: 'number',
  bigint: 'number',
  decimal: 'number',
  year: 'number',
  char: 'text',
  varchar: 'text',
  date: 'text',
  time: 'text',
  uuid: 'text',
  inet4: 'text',
  inet6: 'text',
  datetime: 'datetime',
  timestamp: 'datetime',
  binary: 'bytes',
  varbinary: 'bytes',
}

/** The key's columns, if the table can be read in its order and its rows found again by it; else none. */
export const orderedBy = ({ keyColumns, keyInOrder, columns }: CatalogueTable): readonly string[] => {
  const usable = keyColumns.every((name) => Object.hasOwn(forms, columns.find((column) => column.name === name)?.kind ?? ''))
  return usable && keyInOrder ? keyColumns : []
}

/** A table that was dropped or swapped, and made again under its name, is another one: the log does not say what went with it. */
export const shapesOf = (tables: readonly CatalogueTable[]): readonly KeyedTable[] =>
  tables.map((table) => ({ name: table.ref.name, key: orderedBy(table), made: table.createdAt }))

/** Text of a key's column, from what a SELECT sends. */
export const keyTextOf = ({ kind }: CatalogueColumn, sent: Buffer | null): string =>
  sent?.toString(forms[kind] === 'bytes' ? 'hex' : 'utf8') ?? ''

/** The same, from the value that the log gives. */
export const keyTextOfValue = ({ kind }: CatalogueColumn, value: Value): string => {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  const text = String(value)
  return forms[kind] === 'datetime' ? text.replace('T', ' ').replace('Z', '') : text
}

/** As it is written in a statement. */
export const keyLiteral = ({ name, kind }: CatalogueColumn, text: string): string => {
  switch (forms[kind]) {
    case 'number':
      // Between quotes it would be compared as a floating number.
      if (!/^-?\d+(\.\d+)?$/.test(text)) throw undecodable(`the key ${name}, which is no number`)
      return text
    case 'bytes':
      return `X'${text}'`
    default:
      return quoted(text)
  }
}
