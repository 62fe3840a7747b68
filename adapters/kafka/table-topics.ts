import type { TableName } from '../../src/model/ids.ts'
import type { SourceTable } from '../../src/ports/change-source.ts'
import type { Settings } from './options.ts'

/** A topic's name. Characters that a topic's name cannot have are written as this. */
export const topicName = (text: string): string => text.replaceAll(/[^A-Za-z0-9._-]/g, '_')

/** Schema and table of a captured table. */
export const partsOf = (name: TableName, schema: string): readonly [schema: string, table: string] => {
  const dot = name.indexOf('.')
  return dot < 0 ? [schema, name] : [name.slice(0, dot), name.slice(dot + 1)]
}

export interface TableTopics {
  readonly topics: readonly string[]
  /** By the table's name in the transaction topic; null: the table is not captured. */
  readonly of: (collection: string) => ReadonlySet<string> | null
}

/** Where the changes of the captured tables are. */
export const tableTopics = ({ connector, schema, topics }: Settings, tables: readonly SourceTable[]): TableTopics => {
  const own = new Map(
    tables.map((table) => {
      const collection = partsOf(table.name, schema).join('.')
      return [collection, topics === null ? new Set([topicName(`${connector.prefix}.${collection}`)]) : new Set(topics)] as const
    }),
  )
  return {
    topics: topics ?? [...new Set([...own.values()].flatMap((each) => [...each]))],
    of: (collection) => own.get(collection) ?? null,
  }
}
