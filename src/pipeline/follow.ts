import type { ChangeEvent } from '../model/change-event.ts'
import type { Position, SourceName, TableName } from '../model/ids.ts'
import type { CaptureCursor } from '../ports/capture-store.ts'
import type { ChangeLog } from '../ports/change-log.ts'
import { pause } from './pause.ts'

const readLimit = 5_000

/** An idle source moves only its watermark, which wakes nobody: look at it this often. */
const idleLookMs = 250

/**
 * Calls `step` each time capture has moved, until the source has ended and a step has seen it, or the signal is
 * aborted. Steps run one after another; several moves may be seen as one, and with `gatherMs` more of them are: that
 * long after each step nothing is looked at, for few large steps cost less than many small ones.
 */
export const followCapture = async (input: {
  readonly log: ChangeLog
  readonly source: SourceName
  readonly signal: AbortSignal
  readonly gatherMs?: number
  readonly step: (cursor: CaptureCursor) => Promise<void>
}): Promise<void> => {
  let seen: CaptureCursor | null = null
  while (!input.signal.aborted) {
    const look = AbortSignal.any([input.signal, AbortSignal.timeout(idleLookMs)])
    const cursor: CaptureCursor | null = await input.log.captured(input.source, seen?.position ?? null, look)
    if (cursor === null || input.signal.aborted || (seen !== null && sameCursor(cursor, seen))) continue
    seen = cursor
    if (cursor.phase === 'snapshot') continue
    await input.step(cursor)
    if (cursor.phase === 'ended') return
    if (input.gatherMs !== undefined) await pause(input.gatherMs, input.signal)
  }
}

const sameCursor = (a: CaptureCursor, b: CaptureCursor): boolean => a.position === b.position && a.at === b.at && a.phase === b.phase

/** All changes of the tables (all, when left out) in `(after, upTo]`, in log order and in bounded parts. */
export async function* changesBetween(input: {
  readonly log: ChangeLog
  readonly source: SourceName
  readonly tables?: readonly TableName[]
  readonly after: Position | null
  readonly upTo: Position
}): AsyncGenerator<readonly ChangeEvent[], undefined> {
  let after = input.after
  while (after === null || after < input.upTo) {
    const { source, tables, upTo } = input
    const changes = await input.log.readChanges({ source, ...(tables === undefined ? {} : { tables }), after, upTo, limit: readLimit })
    const last = changes[changes.length - 1]
    if (last === undefined) return
    yield changes
    after = last.transaction.position
  }
}
