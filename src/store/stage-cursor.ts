import { decode, encode } from '../model/canonical.ts'
import { BanyanError } from '../model/errors.ts'
import { position } from '../model/ids.ts'
import type { Data } from '../model/value.ts'
import type { StagePoint } from '../ports/stage-point.ts'
import { stagePoint } from '../ports/stage-point.ts'
import { isInForce } from './claim-store.ts'
import type { Session } from './database.ts'

/** A stage's cursor with what it holds beyond the point. */
export interface StoredCursor {
  readonly at: StagePoint
  readonly detail: Data
}

/** Asked for many times a second, so it is said in SQL: to build the statement would cost more than to run it. */
export const readCursor = async ({ rows }: Session, stage: string): Promise<StoredCursor | null> => {
  const [row] = await rows('SELECT position, ordinal, detail, place FROM banyan.stage_cursors WHERE stage = $1', [stage])
  if (row === undefined) return null
  const [at, ordinal, detail, place] = row as readonly [string, number, string | null, string | null]
  const point = stagePoint({ position: position(at), ordinal }, place === null ? null : BigInt(place))
  return { at: point, detail: detail === null ? null : decode(detail) }
}

export interface CursorMove {
  readonly stage: string
  /** Where the caller believes the cursor to be; null: nowhere yet. */
  readonly expected: StagePoint | null
  readonly next: StagePoint
  readonly detail?: Data
  /** What this process has claimed. */
  readonly epochs: ReadonlyMap<string, number>
}

/**
 * Compare and swap: the first statements of a stage's commit, so that two who run one stage never write both. A claim that has gone to
 * another is refused too where the cursor stays. In SQL for the reason above.
 */
export const moveCursor = async (session: Session, { stage, expected, next, detail, epochs }: CursorMove): Promise<void> => {
  if (!(await isInForce(session, stage, epochs))) throw stageTaken(stage)
  const { rows } = session
  const values = [stage, next.position, next.ordinal, detail === undefined ? null : encode(detail), placeCell(next)]
  const moved =
    expected === null
      ? await rows(beginCursor, values)
      : await rows(advanceCursor, [...values, expected.position, expected.ordinal, placeCell(expected)])
  if (moved.length !== 1) throw stageTaken(stage)
}

const placeCell = ({ place }: StagePoint): string | null => place?.toString() ?? null

const beginCursor =
  'INSERT INTO banyan.stage_cursors (stage, position, ordinal, detail, place) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING 1'
const advanceCursor = `
  UPDATE banyan.stage_cursors SET position = $2, ordinal = $3, detail = $4, place = $5
  WHERE stage = $1 AND position = $6 AND ordinal = $7 AND place IS NOT DISTINCT FROM $8 RETURNING 1`

export const stageTaken = (stage: string): BanyanError =>
  new BanyanError('store-stage-taken', `someone else runs ${stage} on this store`, {
    hint: 'end the other run, or give this one a store of its own',
    where: stage,
  })
