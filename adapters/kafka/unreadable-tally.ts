import type { UnreadableRecord } from '../../src/model/change-event.ts'
import type { BanyanError } from '../../src/model/errors.ts'
import { sourceError } from './failure.ts'
import type { Settings } from './options.ts'

/** What a read could not read. */
export interface UnreadableTally {
  /** Null: a record that could be read. */
  readonly count: (unreadable: UnreadableRecord | null) => void
  /** What has come since this was asked last. */
  readonly take: () => readonly UnreadableRecord[]
  /** Not null when so many came one after another that it is not the records. */
  readonly verdict: () => BanyanError | null
}

export const unreadableTally = (settings: Settings): UnreadableTally => {
  let untold: UnreadableRecord[] = []
  let first = ''
  let inARow = 0
  return {
    count: (record) => {
      if (record === null) {
        inARow = 0
        return
      }
      if (inARow === 0) first = record.where
      inARow += 1
      untold.push({ where: record.where, reason: record.reason })
    },
    take: () => {
      const told = untold
      untold = []
      return told
    },
    verdict: () =>
      inARow <= settings.maxUnreadable
        ? null
        : sourceError(
            settings,
            'source-undecodable',
            `${inARow} records in a row cannot be read, from ${first} on`,
            'look whether the topics are those of the connector, and its JSON converter; each is in the dead-letter queue, and the next run goes on behind them (maxUnreadable)',
          ),
  }
}
