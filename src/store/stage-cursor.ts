import { decode, encode } from '../model/canonical.ts'
import { BanyanError } from '../model/errors.ts'
import { position } from '../model/ids.ts'
import type { LogPoint } from '../model/read.ts'
import type { Data } from '../model/value.ts'
import type { Session } from './database.ts'

/** A stage's cursor with what it holds beyond the point. */
export interface StoredCursor {
  readonly at: LogPoint
  readonly detail: Data
}

/** Asked for many times a second, so it is said in SQL: to build the statement would cost more than to run it. */
export const readCursor = async ({ rows }: Session, stage: string): Promise<StoredCursor | null> => {
  const [row] = await rows('SELECT position, ordinal, detail FROM banyan.stage_cursors WHERE stage = $1', [stage])
  if (row === undefined) return null
  const [at, ordinal, detail] = row as readonly [string, number, string | null]
  return { at: { position: position(at), ordinal }, detail: detail === null ? null : decode(detail) }
}

export interface CursorMove {
  readonly stage: string
  /** Where the caller believes the cursor to be; null: nowhere yet. */
  readonly expected: LogPoint | null
  readonly next: LogPoint
  readonly detail?: Data
}

/** Compare and swap: the first statement of a stage's commit, so that two who run one stage never write both. In SQL for the reason above. */
export const moveCursor = async ({ rows }: Session, { stage, expected, next, detail }: CursorMove): Promise<void> => {
  const values = [stage, next.position, next.ordinal, detail === undefined ? null : encode(detail)]
  const moved =
    expected === null ? await rows(beginCursor, values) : await rows(advanceCursor, [...values, expected.position, expected.ordinal])
  if (moved.length !== 1) throw stageTaken(stage)
}

const beginCursor =
  'INSERT INTO banyan.stage_cursors (stage, position, ordinal, detail) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING 1'
const advanceCursor = `
  UPDATE banyan.stage_cursors SET position = $2, ordinal = $3, detail = $4 WHERE stage = $1 AND position = $5 AND ordinal = $6 RETURNING 1`

export const stageTaken = (stage: string): BanyanError =>
  new BanyanError('store-stage-taken', `someone else runs ${stage} on this store`, {
    hint: 'end the other run, or give this one a store of its own',
    where: stage,
  })
