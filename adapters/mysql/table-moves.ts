import type { TableName } from '../../src/model/ids.ts'
import type { TableFate } from '../../src/model/table-shape.ts'

export interface NamedTable {
  readonly schema: string
  readonly table: string
}

/** What a statement did to whole tables, in its order. `to` null: dropped. */
export interface TableMove {
  readonly from: NamedTable
  readonly to: NamedTable | null
  /** For people, e.g. `dropped`. */
  readonly how: string
}

/** What that means for the captured tables: whose name is free now, and whose name another table has. */
export const tableFates = (
  moves: readonly TableMove[],
  named: (schema: string, table: string) => TableName | null,
): readonly TableFate[] => {
  // Name → the table that has it now, by the name that it had before; null: nobody has it.
  const holder = new Map<string, NamedTable | null>()
  const touched = new Map<string, NamedTable>()
  const how = new Map<string, string>()
  const key = ({ schema, table }: NamedTable): string => `${schema}\0${table}`
  for (const { from, to, how: said } of moves) {
    const moved = holder.get(key(from)) ?? (holder.has(key(from)) ? null : from)
    holder.set(key(from), null)
    touched.set(key(from), from)
    how.set(key(from), said)
    if (to === null) continue
    holder.set(key(to), moved)
    touched.set(key(to), to)
  }
  return [...touched].flatMap(([at, name]): readonly TableFate[] => {
    const table = named(name.schema, name.table)
    const now = holder.get(at) ?? null
    if (table === null || (now !== null && key(now) === at)) return []
    if (now === null) return [{ kind: 'gone', table, how: how.get(at) ?? 'gone' }]
    return [{ kind: 'swapped', table, other: now.table, by: swapper(name.table, now) }]
  })
}

/** Tools that alter a table by a copy name it so; they copy all rows before they swap. */
const swapper = (table: string, { table: copy }: NamedTable): string | null => {
  if (copy === `_${table}_gho`) return 'gh-ost'
  return /^_+/.test(copy) && copy.replace(/^_+/, '') === `${table}_new` ? 'pt-online-schema-change' : null
}

const name = '(?:`((?:[^`]|``)+)`|([^\\s`.;(,]+))'
const qualified = `${name}(?:\\s*\\.\\s*${name})?`
const waiting = '(?:\\s+(?:WAIT\\s+\\d+|NOWAIT))?'
const renameList = /^RENAME\s+TABLES?\s+(?:IF\s+EXISTS\s+)?([\s\S]+)$/i
const renamePart = new RegExp(`^\\s*${qualified}${waiting}\\s+TO\\s+${qualified}\\s*;?\\s*$`, 'i')
const dropList = /^DROP\s+TABLES?\s+(?:IF\s+EXISTS\s+)?([\s\S]+)$/i
const dropPart = new RegExp(`^\\s*${qualified}${waiting}(?:\\s+(?:RESTRICT|CASCADE))?\\s*;?\\s*$`, 'i')
const replaced = new RegExp(`^CREATE\\s+OR\\s+REPLACE\\s+TABLE\\s+${qualified}`, 'i')
const alterRename = new RegExp(
  `^ALTER\\s+(?:ONLINE\\s+|IGNORE\\s+)*TABLE\\s+(?:IF\\s+EXISTS\\s+)?${qualified}${waiting}\\s[\\s\\S]*?\\bRENAME\\s+(?!COLUMN\\b|INDEX\\b|KEY\\b)(?:(?:TO|AS)\\s+|=\\s*)?${qualified}`,
  'i',
)
const strings = /'(?:[^'\\]|\\[\s\S]|'')*'|"(?:[^"\\]|\\[\s\S]|"")*"/g

/** Of a statement without comments. `schema`: the default schema of the session that gave it. */
export const tableMoves = (sql: string, schema: string): readonly TableMove[] => {
  const found = (parts: RegExpExecArray | null, first: number): NamedTable | null => namedTable(parts, first, schema)
  const renames = renameList.exec(sql)?.[1]
  if (renames !== undefined) {
    return splitNames(renames).flatMap((part) => {
      const match = renamePart.exec(part)
      const [from, to] = [found(match, 1), found(match, 5)]
      return from === null || to === null ? [] : [{ from, to, how: `renamed to ${to.table}` }]
    })
  }
  const drops = dropList.exec(sql)?.[1]
  if (drops !== undefined) {
    return splitNames(drops).flatMap((part) => {
      const from = found(dropPart.exec(part), 1)
      return from === null ? [] : [{ from, to: null, how: 'dropped' }]
    })
  }
  const made = found(replaced.exec(sql), 1)
  if (made !== null) return [{ from: made, to: null, how: 'dropped, and made anew' }]
  const match = alterRename.exec(sql.replaceAll(strings, "''"))
  const [from, to] = [found(match, 1), found(match, 5)]
  return from === null || to === null ? [] : [{ from, to, how: `renamed to ${to.table}` }]
}

/** At commas outside of names. */
const splitNames = (list: string): readonly string[] => list.match(/(?:`(?:[^`]|``)*`|[^,`])+/g) ?? []

const namedTable = (match: RegExpExecArray | null, first: number, schema: string): NamedTable | null => {
  if (match === null) return null
  const [quoted, plain, quotedSecond, plainSecond] = match.slice(first, first + 4)
  const one = quoted?.replaceAll('``', '`') ?? plain ?? ''
  const two = quotedSecond?.replaceAll('``', '`') ?? plainSecond
  return two === undefined ? { schema, table: one } : { schema: one, table: two }
}
