import { and, eq } from 'drizzle-orm'
import type { SourceName } from '../model/ids.ts'
import { epochMs, position, resumeToken } from '../model/ids.ts'
import type { CaptureBatch, CaptureCursor } from '../ports/capture-store.ts'
import type { Session } from './database.ts'
import { captureCursors } from './schema.ts'
import { stageTaken } from './stage-cursor.ts'

/** Asked for many times a second, so it is said in SQL: to build the statement would cost more than to run it. */
export const readCaptureCursor = async ({ rows }: Session, sourceId: number): Promise<CaptureCursor | null> => {
  const [row] = await rows('SELECT token, position, at, phase FROM banyan.capture_cursors WHERE source_id = $1', [sourceId])
  if (row === undefined) return null
  const [token, at, watermark, phase] = row as readonly [string, string, number, CaptureCursor['phase']]
  return { token: resumeToken(token), position: position(at), at: epochMs(watermark), phase }
}

export interface CaptureCounts {
  readonly transactions: number
  readonly changes: number
  readonly events: number
}

/** Compare and swap of the capture cursor. */
export const moveCaptureCursor = async ({ orm }: Session, sourceId: number, batch: CaptureBatch): Promise<void> => {
  const { expected, source } = batch
  const values = { ...batch.cursor }
  const moved =
    expected === null
      ? await orm
          .insert(captureCursors)
          .values({ sourceId, ...values, transactions: 0, changes: 0, events: 0 })
          .onConflictDoNothing()
      : await orm
          .update(captureCursors)
          .set(values)
          .where(and(eq(captureCursors.sourceId, sourceId), eq(captureCursors.token, expected)))
  if (moved.rowCount !== 1) throw captureTaken(source)
}

/** Totals live beside the cursor, so that progress need not count rows. */
export const countCaptured = async ({ rows }: Session, sourceId: number, counts: CaptureCounts): Promise<void> => {
  await rows(
    'UPDATE banyan.capture_cursors SET transactions = transactions + $2, changes = changes + $3, events = events + $4 WHERE source_id = $1',
    [sourceId, counts.transactions, counts.changes, counts.events],
  )
}

export const captureTaken = (source: SourceName): ReturnType<typeof stageTaken> => stageTaken(`capture of ${source}`)
