import { comparePoints } from '../model/log-point.ts'
import type { EpochMs, Position } from '../model/ids.ts'
import type { LogPoint } from '../model/read.ts'
import type { Data } from '../model/value.ts'

/** What one key of a projection held from a point of the log on. */
export interface Version extends LogPoint {
  readonly committedAt: EpochMs
  /** The projected value; null: the key was absent. */
  readonly value: Data
  readonly group: string | null
  /** Told by the old row of a later change only: since when it stood there is not known. */
  readonly isAfterGap: boolean
}

/** All versions of one key that are still kept, in log order. */
export type VersionChain = Version[]

/** From where the past is looked at: exclusive of a point, or inclusive of a whole transaction. */
export interface View {
  readonly upTo: LogPoint | Position
  /** Own transactions: what they did from these points to their ends is not seen. */
  readonly masked: readonly LogPoint[]
}

/** True for what is looked at from such a point. */
export const isVisible = (version: Version, upTo: LogPoint | Position): boolean =>
  typeof upTo === 'string' ? version.position <= upTo : comparePoints(version, upTo) < 0

export const isMasked = (version: LogPoint, masked: readonly LogPoint[]): boolean => {
  for (const own of masked) if (own.position === version.position && version.ordinal >= own.ordinal) return true
  return false
}

/** How many versions of a chain are visible from a point; by bisection. */
export const visibleCount = (chain: readonly Version[], upTo: LogPoint | Position): number => {
  let low = 0
  let high = chain.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const version = chain[middle]
    if (version !== undefined && isVisible(version, upTo)) low = middle + 1
    else high = middle
  }
  return low
}

/** The newest version that a view sees. */
export const newestIn = (chain: readonly Version[], view: View): Version | undefined => {
  for (let index = visibleCount(chain, view.upTo) - 1; index >= 0; index--) {
    const version = chain[index]
    if (version !== undefined && !isMasked(version, view.masked)) return version
  }
  return undefined
}
