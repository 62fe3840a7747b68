import type { ChangeEvent, LegacyTransaction } from '../../model/change-event.ts'
import type { SourceName, TableName } from '../../model/ids.ts'
import type { CaptureStore } from '../../ports/capture-store.ts'
import type { RowMemory } from './row-memory.ts'
import { completeChanges, isMoved } from './complete-changes.ts'

/** Writes a large transaction in parts, which stay invisible until a batch moves the cursor over them. */
export const appendLarge = async (input: {
  readonly tx: LegacyTransaction
  readonly store: CaptureStore
  readonly source: SourceName
  readonly memory: RowMemory
  readonly oldRowsOf: ReadonlySet<TableName>
  readonly partChanges: number
}): Promise<void> => {
  const { tx, store, source, memory, oldRowsOf } = input
  let part: ChangeEvent[] = []
  const flush = async (): Promise<void> => {
    const changes = await completeChanges(part, { memory, oldRowsOf })
    memory.release()
    memory.notePart(tx, changes, changes.length)
    await store.appendChanges(source, changes)
    part = []
  }
  for (const change of tx.changes()) {
    // Its values stand with the change before it.
    if (part.length >= input.partChanges && !isMoved(change)) await flush()
    part.push(change)
  }
  if (part.length > 0) await flush()
}
