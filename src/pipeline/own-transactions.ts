import type { Context } from '../model/context.ts'
import type { Position, SourceName } from '../model/ids.ts'
import { tableName } from '../model/ids.ts'
import type { LogPoint } from '../model/read.ts'
import type { ChangeLog } from '../ports/change-log.ts'
import { watchTransaction } from '../shadow/watch-index.ts'
import { changesBetween } from './follow.ts'
import { byTransaction } from './transactions.ts'

/** Which transactions did a decision's own work, as far as the log has been read: their effects are masked in its live reads. */
export interface OwnTransactions {
  readonly catchUp: (upTo: Position) => Promise<void>
  /** Reads must see no further than this, for beyond it nobody knows whose work is whose. */
  readonly known: () => Position | null
  readonly of: (key: string) => readonly LogPoint[]
  /** Keys whose trigger is decided are of no more use once their transactions are older than this. */
  readonly forgetBefore: (position: Position) => void
}

export const createOwnTransactions = (input: {
  readonly context: Context
  readonly log: ChangeLog
  readonly source: SourceName
  readonly from: Position | null
}): OwnTransactions => {
  const tables = Object.keys(input.context.legacy.watch).map(tableName)
  const own = new Map<string, LogPoint[]>()
  let known = input.from
  return {
    catchUp: async (upTo) => {
      for await (const changes of changesBetween({ log: input.log, source: input.source, tables, after: known, upTo })) {
        for (const { header, changes: rows } of byTransaction(changes)) {
          // Rows of a snapshot are nobody's work.
          if (header.snapshot) continue
          for (const block of watchTransaction(input.context.legacy.watch, rows).blocks) {
            const point = { position: header.position, ordinal: block.start }
            const points = own.get(block.key)
            if (points === undefined) own.set(block.key, [point])
            else points.push(point)
          }
        }
      }
      known = upTo
    },
    known: () => known,
    of: (key) => own.get(key) ?? [],
    forgetBefore: (position) => {
      // Insertion order is log order of first work: stop at the first key that is young enough.
      for (const [key, points] of own) {
        if ((points.at(-1)?.position ?? position) >= position) break
        own.delete(key)
      }
    },
  }
}
