import type { Position } from './ids.ts'
import type { LogPoint } from './read.ts'

/** Beyond every ordinal of a transaction; fits an int4 column. */
export const lastOrdinal = 2_147_483_647

/**
 * What time alone states while nothing is committed stands behind everything that the commit at its position did and stated: from this
 * ordinal on.
 */
export const firstIdleOrdinal = 1_073_741_824

/** Text that sorts after every position, in code-unit order. */
export const endOfLog: LogPoint = { position: '~' as Position, ordinal: 0 }

/** Negative, zero or positive as a is before, at or after b. Log order inside one source epoch. */
export const comparePoints = (a: LogPoint, b: LogPoint): number =>
  a.position < b.position ? -1 : a.position === b.position ? a.ordinal - b.ordinal : 1

/** Quicker than to compare, where the order does not matter. */
export const isSamePoint = (a: LogPoint, b: LogPoint): boolean => a.ordinal === b.ordinal && a.position === b.position

/** Just after everything that a transaction did. */
export const afterTransaction = (position: Position): LogPoint => ({ position, ordinal: lastOrdinal })
