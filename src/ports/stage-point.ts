import type { LogPoint } from '../model/read.ts'

/**
 * How far a stage has come that follows events. The point alone does not say it: an event may be stated at a position that was passed before, by
 * time alone or because it could not be read then.
 */
export interface StagePoint extends LogPoint {
  /** The last event that was seen, in the order in which they were stored; left out: none. */
  readonly place?: bigint
}

/** A point with the last event seen; null: none. */
export const stagePoint = ({ position, ordinal }: LogPoint, place: bigint | null): StagePoint =>
  place === null ? { position, ordinal } : { position, ordinal, place }
