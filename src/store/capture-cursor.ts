import type { SourceName } from '../model/ids.ts'
import { epochMs, position, resumeToken } from '../model/ids.ts'
import type { CaptureBatch, CaptureCursor } from '../ports/capture-store.ts'
import type { Session } from './database.ts'
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

/** Compare and swap of the capture cursor. Totals live beside it, so that progress need not count rows. */
export const moveCaptureCursor = async ({ rows }: Session, sourceId: number, batch: CaptureBatch, counts: CaptureCounts): Promise<void> => {
  const { expected, source } = batch
  const { token, position: to, at, phase } = batch.cursor
  const values = [sourceId, token, to, at, phase, counts.transactions, counts.changes, counts.events]
  const moved = expected === null ? await rows(beginCursor, values) : await rows(advanceCursor, [...values, expected])
  if (moved.length !== 1) throw captureTaken(source)
}

const beginCursor = `
  INSERT INTO banyan.capture_cursors (source_id, token, position, at, phase, transactions, changes, events)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING RETURNING 1`
const advanceCursor = `
  UPDATE banyan.capture_cursors SET token = $2, position = $3, at = $4, phase = $5,
    transactions = transactions + $6, changes = changes + $7, events = events + $8
  WHERE source_id = $1 AND token = $9 RETURNING 1`

/** Of the events of a batch some may have been stored before: the total is put right. */
export const countFewerEvents = async ({ rows }: Session, sourceId: number, fewer: number): Promise<void> => {
  await rows('UPDATE banyan.capture_cursors SET events = events - $2 WHERE source_id = $1', [sourceId, fewer])
}

export const captureTaken = (source: SourceName): ReturnType<typeof stageTaken> => stageTaken(`capture of ${source}`)
