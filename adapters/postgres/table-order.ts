import type { KeyedTable } from '../log/snapshot-progress.ts'
import type { CatalogueTable } from './catalogue.ts'

/** The columns by which a table can be read in pieces, and its rows found again; empty: there are none. */
export const orderedBy = ({ keyColumns, published, columns }: CatalogueTable): readonly string[] => {
  const usable = keyColumns.every((name) => {
    const type = columns.find((column) => column.name === name)?.type ?? ''
    return (published ?? []).includes(name) && !type.endsWith(']')
  })
  return usable ? keyColumns : []
}

export const shapesOf = (tables: readonly CatalogueTable[]): readonly KeyedTable[] =>
  tables.map((table) => ({ name: table.ref.name, key: orderedBy(table) }))
