import type { ChangeEvent } from '../model/change-event.ts'
import type { SourceName, TableName } from '../model/ids.ts'
import type { PackedChanges } from '../ports/capture-store.ts'
import { writeChange, writeReadRow } from './change-row.ts'
import { copyBuffer } from './copy-buffer.ts'
import type { Dictionary } from './dictionary.ts'

export interface ChangePack extends PackedChanges {
  /** What COPY takes; once. */
  readonly chunks: () => Iterable<Buffer>
  /** The changes themselves; null where nobody would read them. */
  readonly held: readonly ChangeEvent[] | null
}

const chunkBytes = 128 << 10

/** Changes of one source as bytes for COPY, made at once. */
export const changePack = (options: {
  readonly source: SourceName
  readonly dictionary: Dictionary
  readonly isHeld: boolean
}): ChangePack => {
  const { source, dictionary } = options
  const out = copyBuffer(chunkBytes)
  const held: ChangeEvent[] | null = options.isHeld ? [] : null
  let ids: ReadonlyMap<TableName, number> = new Map()
  let sourceId = 0
  let count = 0
  const number = async (tables: Iterable<TableName>): Promise<void> => {
    sourceId = await dictionary.sourceId(source)
    ids = await dictionary.tableIds(source, tables)
  }
  return {
    count: () => count,
    add: async (changes) => {
      if (changes.some(({ table }) => !ids.has(table))) await number(new Set(changes.map(({ table }) => table)))
      for (const change of changes) writeChange(out, sourceId, ids.get(change.table) ?? 0, change)
      held?.push(...changes)
      count += changes.length
    },
    addRows: async (rows, { position }) => {
      if (!ids.has(rows.table)) await number([rows.table])
      const tableId = ids.get(rows.table) ?? 0
      let ordinal = rows.first
      rows.eachText((key, after) => {
        writeReadRow(out, { sourceId, tableId, ordinal, position }, key, after)
        ordinal += 1
      })
      held?.push(...rows)
      count += rows.count
    },
    chunks: out.take,
    held,
  }
}
