import type { SchemaChange, TableVersion } from '../model/table-shape.ts'

/** A change in words. */
export const changeWords = (table: string, change: SchemaChange): string => {
  switch (change.kind) {
    case 'added':
      return `column ${table}.${change.column} (${change.type}) was added`
    case 'dropped':
      return `column ${table}.${change.column} was dropped`
    case 'renamed':
      return `column ${table}.${change.column} is gone, and ${change.to} is in its place`
    case 'retyped':
      return `column ${table}.${change.column} became ${change.to.type} (it was ${change.from.type})`
    case 'key':
      return `the key of ${table} became ${keyWords(change.to)} (it was ${keyWords(change.from)})`
    case 'gone':
      return `table ${table} is gone: ${change.how}`
    case 'swapped':
      return change.by === null
        ? `another table, ${change.other}, took the name ${table}: whether it has the same rows is in no log`
        : `${change.by} swapped ${table} for its copy ${change.other}`
    default:
      return change satisfies never
  }
}

const keyWords = (columns: readonly string[]): string => (columns.length === 0 ? 'none' : `(${columns.join(', ')})`)

/** What changed, and who looks at it, as one sentence without its full stop. */
export const versionWords = ({ table, changes, usedBy }: Pick<TableVersion, 'table' | 'changes' | 'usedBy'>): string => {
  const changed = changes.map((change) => changeWords(table, change)).join('; ')
  return usedBy.length === 0 ? changed : `${changed}; used by ${usedBy.join(', ')}`
}
