import type { ChangeEvent } from '../model/change-event.ts'
import type { LegacySide } from '../model/context.ts'
import type { Row } from '../model/value.ts'

/** The watched rows of one decision key in one transaction. */
export interface WatchedBlock {
  readonly key: string
  readonly changes: readonly ChangeEvent[]
  /** Where the key's own work begins: just after the last watched row of another key before its own first one. */
  readonly start: number
}

export interface WatchedTransaction {
  /** In the order of their first rows. */
  readonly blocks: readonly WatchedBlock[]
  /** Rows on which a watch function failed. */
  readonly failures: readonly { readonly change: ChangeEvent; readonly reason: string }[]
}

/** Sorts the changes of one transaction by the decision keys that they belong to. Changes of other tables are passed over. */
export const watchTransaction = (watch: LegacySide['watch'], changes: Iterable<ChangeEvent>): WatchedTransaction => {
  const blocks = new Map<string, { key: string; changes: ChangeEvent[]; start: number }>()
  const failures: { change: ChangeEvent; reason: string }[] = []
  let afterLast = 0
  for (const change of changes) {
    const keyOf = Object.hasOwn(watch, change.table) ? watch[change.table] : undefined
    if (keyOf === undefined) continue
    try {
      const keys = keysOf(keyOf, change)
      for (const key of keys) {
        const block = blocks.get(key)
        if (block === undefined) blocks.set(key, { key, changes: [change], start: afterLast })
        else block.changes.push(change)
      }
      if (keys.length > 0) afterLast = change.ordinal + 1
    } catch (cause) {
      failures.push({ change, reason: cause instanceof Error ? cause.message : String(cause) })
    }
  }
  return { blocks: [...blocks.values()], failures }
}

/** A row that moved from one key to another belongs to both. */
const keysOf = (keyOf: (row: Row) => string | null, change: ChangeEvent): readonly string[] => {
  const after = change.after === null ? null : keyOf(change.after)
  const sent = change.beforeKind === 'full' || change.beforeKind === 'filled' || change.op === 'delete'
  const before = change.before === null || !sent ? null : keyOf(change.before)
  if (after === null) return before === null ? [] : [before]
  return before === null || before === after ? [after] : [before, after]
}
