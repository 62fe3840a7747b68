import type { ColumnShape, SchemaChange, TableShape } from '../model/table-shape.ts'

/** What is different between two shapes of one table; empty when their rows are read alike. The order of columns means nothing. */
export const shapeChanges = (before: TableShape, after: TableShape): readonly SchemaChange[] => {
  const was = new Map(before.columns.map((column) => [column.name, column]))
  const is = new Map(after.columns.map((column) => [column.name, column]))
  const renamed = renamedColumns(before.columns, after.columns)
  const newNames = new Set(renamed.values())
  const changes: SchemaChange[] = []
  for (const { name: column, type } of before.columns) {
    if (is.has(column)) continue
    const to = renamed.get(column)
    changes.push(to === undefined ? { kind: 'dropped', column, type } : { kind: 'renamed', column, to })
  }
  for (const { name: column, type } of after.columns) {
    if (!was.has(column) && !newNames.has(column)) changes.push({ kind: 'added', column, type })
  }
  for (const to of after.columns) {
    const from = was.get(to.name)
    if (from !== undefined && from.type !== to.type) changes.push({ kind: 'retyped', column: to.name, from, to })
  }
  const oldKey = before.key.map((column) => renamed.get(column) ?? column)
  if (oldKey.join('\0') !== after.key.join('\0')) changes.push({ kind: 'key', from: before.key, to: after.key })
  return changes
}

/** One column went and one of its type came between the same neighbours. */
const renamedColumns = (before: readonly ColumnShape[], after: readonly ColumnShape[]): ReadonlyMap<string, string> => {
  const gone = byNeighbour(before, new Set(after.map(({ name }) => name)))
  const came = byNeighbour(after, new Set(before.map(({ name }) => name)))
  const renamed = new Map<string, string>()
  for (const [neighbour, columns] of gone) {
    const [from, ...othersGone] = columns
    const [to, ...othersCame] = came.get(neighbour) ?? []
    if (from === undefined || to === undefined || othersGone.length + othersCame.length > 0) continue
    if (from.type === to.type) renamed.set(from.name, to.name)
  }
  return renamed
}

/** The columns that only one side has, by the column before them that both have. */
const byNeighbour = (columns: readonly ColumnShape[], others: ReadonlySet<string>): ReadonlyMap<string | null, readonly ColumnShape[]> => {
  const own = new Map<string | null, ColumnShape[]>()
  let neighbour: string | null = null
  for (const column of columns) {
    if (others.has(column.name)) neighbour = column.name
    else own.set(neighbour, [...(own.get(neighbour) ?? []), column])
  }
  return own
}
