import type { AsOfAnswer, LiveDecision } from '../../model/decision.ts'
import type { RecordedRead } from '../../model/read.ts'
import type { Data } from '../../model/value.ts'

/** The alternatives of a decision by name: what the candidate read of groups, and lists of records in the trigger. */
export type Lists = Readonly<Record<string, readonly Data[]>>

const mostDepth = 2

const isRecord = (data: Data): data is { readonly [name: string]: Data } =>
  data !== null && typeof data === 'object' && !Array.isArray(data) && !(data instanceof Uint8Array)

/** Null where there is nothing to choose from. */
export const listsOf = ({ trigger }: LiveDecision, { reads }: AsOfAnswer): Lists | null => {
  const lists: Record<string, readonly Data[]> = {}
  const seen = new Set<string>()
  for (const read of reads) {
    // Only the first read of a projection has the same meaning in every decision.
    if (seen.has(read.projection)) continue
    seen.add(read.projection)
    if (read.kind === 'group') lists[`read.${read.projection}`] = itemsOf(read)
  }
  addLists(lists, 'trigger', trigger.data, 0)
  return Object.keys(lists).length === 0 ? null : lists
}

/** Each row's value, with the key by which it was found. */
const itemsOf = ({ entries }: RecordedRead): readonly Data[] =>
  entries.flatMap(({ key, value }): readonly Data[] =>
    value === null ? [] : [isRecord(value) ? { ...value, '(key)': key } : { '(value)': value, '(key)': key }],
  )

const addLists = (lists: Record<string, readonly Data[]>, name: string, data: Data, depth: number): void => {
  if (Array.isArray(data)) {
    const items: readonly Data[] = data
    if (items.some(isRecord)) lists[name] = items
  } else if (isRecord(data) && depth < mostDepth) {
    for (const field of Object.keys(data)) addLists(lists, `${name}.${field}`, data[field] ?? null, depth + 1)
  }
}
