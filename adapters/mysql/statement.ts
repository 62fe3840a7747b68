import { xidText } from './group-event.ts'
import type { TableMove } from './table-moves.ts'
import { tableMoves } from './table-moves.ts'

/** What a statement in the log means for the rows in it. */
export type Statement =
  | { readonly kind: 'begin' | 'commit' | 'rollback' | 'rollback-to' | 'rows' | 'none' }
  | { readonly kind: 'xa-commit' | 'xa-rollback'; readonly xid: string }
  | { readonly kind: 'truncate'; readonly schema: string; readonly table: string }
  | { readonly kind: 'tables'; readonly moves: readonly TableMove[] }
  /** Rows went away or changed without a word about which: `what` says how. */
  | { readonly kind: 'unlogged'; readonly schema: string; readonly table: string; readonly what: string }

const name = '(?:`((?:[^`]|``)+)`|([^\\s`.;(]+))'
const qualified = `${name}(?:\\s*\\.\\s*${name})?`
const truncate = new RegExp(`^TRUNCATE\\s+(?:TABLE\\s+)?${qualified}`, 'i')
const partition = new RegExp(
  `^ALTER\\s+(?:ONLINE\\s+|IGNORE\\s+)*TABLE\\s+(?:IF\\s+EXISTS\\s+)?${qualified}[\\s\\S]*?\\b(TRUNCATE|DROP|EXCHANGE|DISCARD|IMPORT)\\s+(PARTITION|TABLESPACE)\\b`,
  'i',
)
const xa = /^XA\s+(COMMIT|ROLLBACK)\s+X'([0-9a-f]*)'\s*,\s*X'([0-9a-f]*)'\s*,\s*(\d+)/i
const rowsWord = /^(?:INSERT|UPDATE|DELETE|REPLACE|LOAD|WITH|CALL|EXECUTE)\b/i
/** What a server says of a MEMORY table that it found empty after a restart. */
const emptied = new RegExp(`^(?:DELETE\\s+FROM)\\s+${qualified}\\s*$`, 'i')

/** `schema`: the default schema of the session that gave it. */
export const statementOf = (sql: string, schema: string): Statement => {
  const text = withoutComments(sql)
  const word = /^[A-Za-z]+/.exec(text)?.[0].toUpperCase() ?? ''
  switch (word) {
    case 'BEGIN':
    case 'START':
      return { kind: 'begin' }
    case 'COMMIT':
      return { kind: 'commit' }
    case 'ROLLBACK':
      return { kind: /^ROLLBACK\s+(?:WORK\s+)?TO\b/i.test(text) ? 'rollback-to' : 'rollback' }
    case 'XA':
      return xaStatement(text)
    case 'TRUNCATE': {
      const table = tableOf(truncate.exec(text), schema)
      return table === null ? { kind: 'rows' } : { kind: 'truncate', ...table }
    }
    case 'RENAME':
    case 'DROP':
    case 'CREATE':
      return movesStatement(text, schema)
    case 'ALTER':
      return alterStatement(text, schema)
    case 'DELETE': {
      const table = tableOf(emptied.exec(text), schema)
      return table === null
        ? { kind: 'rows' }
        : { kind: 'unlogged', ...table, what: 'its rows were deleted by a statement without rows in the log' }
    }
    default:
      return { kind: rowsWord.test(text) ? 'rows' : 'none' }
  }
}

const xaStatement = (text: string): Statement => {
  const [, verb, globalHex = '', branchHex = '', format] = xa.exec(text) ?? []
  if (verb === undefined) return { kind: /^XA\s+(?:START|BEGIN)\b/i.test(text) ? 'begin' : 'none' }
  return { kind: verb.toUpperCase() === 'COMMIT' ? 'xa-commit' : 'xa-rollback', xid: xidText(globalHex, branchHex, Number(format)) }
}

const alterStatement = (text: string, schema: string): Statement => {
  const match = partition.exec(text)
  const table = tableOf(match, schema)
  if (match === null || table === null) return movesStatement(text, schema)
  return {
    kind: 'unlogged',
    ...table,
    what: `${match[5]?.toUpperCase()} ${match[6]?.toUpperCase()} took or brought rows that are not in the log`,
  }
}

const movesStatement = (text: string, schema: string): Statement => {
  const moves = tableMoves(text, schema)
  return moves.length === 0 ? { kind: 'none' } : { kind: 'tables', moves }
}

const tableOf = (match: RegExpExecArray | null, schema: string): { readonly schema: string; readonly table: string } | null => {
  if (match === null) return null
  const first = unquoted(match[1], match[2])
  const second = unquoted(match[3], match[4])
  return second === '' ? { schema, table: first } : { schema: first, table: second }
}

const unquoted = (quoted: string | undefined, plain: string | undefined): string => quoted?.replaceAll('``', '`') ?? plain ?? ''

/** Comments before and among the first words; what is in a version comment counts as said. */
const withoutComments = (sql: string): string =>
  sql
    .slice(0, 4096)
    .replaceAll(/\/\*(?!M?!)[\s\S]*?\*\//g, ' ')
    .replaceAll(/\/\*M?!\d*|\*\//g, ' ')
    .replace(/^(?:\s|--[^\n]*\n|#[^\n]*\n)+/, '')
