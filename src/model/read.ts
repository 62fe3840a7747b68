import type { EpochMs, Position } from './ids.ts'
import type { Data } from './value.ts'

/** The place in the log that something was read at, or is to be read just before. */
export interface LogPoint {
  readonly position: Position
  readonly ordinal: number
}

/** Which version of a row a read saw. */
export interface VersionRef extends LogPoint {
  readonly committedAt: EpochMs
}

/** What one key held when it was read. */
export interface ReadEntry {
  readonly key: string
  /** The projected value; null when the key was absent. */
  readonly value: Data
  /** Null when the key never existed, or (external feed) when no version with this value is known. */
  readonly version: VersionRef | null
  /** Where a store is filled key by key: how far this key had come, a deletion too; '' when nothing of it had. Stands for the frontier. */
  readonly upTo?: Position
}

/** A read that is still to be resolved. */
export interface ReadRequest {
  readonly projection: string
  readonly kind: 'key' | 'group'
  readonly key: string
}

/** One read of the candidate, exactly as it happened; absent keys and ranges too. */
export interface RecordedRead {
  readonly projection: string
  /** `key`: one entry. `group`: all entries of a group, whose absence of others is part of what was read. */
  readonly kind: 'key' | 'group'
  readonly key: string
  readonly entries: readonly ReadEntry[]
  readonly feed: 'stream' | 'external'
  /** Up to where the feed had been applied; null for an external feed. */
  readonly frontier: Position | null
  readonly readAt: EpochMs
}
