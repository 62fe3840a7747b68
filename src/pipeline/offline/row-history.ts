import type { ChangeEvent, LegacyTransaction } from '../../model/change-event.ts'
import type { ChangeId, Position, RowKey, TableName } from '../../model/ids.ts'
import { changeId } from '../../model/ids.ts'
import { comparePoints } from '../../model/log-point.ts'
import type { LogPoint } from '../../model/read.ts'
import type { Row } from '../../model/value.ts'
import type { ChangeLog } from '../../ports/change-log.ts'
import type { ChangeSource } from '../../ports/change-source.ts'

/**
 * Rows as of points that are asked for in about log order: the recording is read once more beside the questions. Memory is bounded: of
 * more rows than `mostRows` the ones that were quiet longest are forgotten, and so are changes older than the last `mostChanges`.
 */
export type RowHistory = Pick<ChangeLog, 'changesAt' | 'rowsAt'>

const mostRows = 400_000
const mostChanges = 200_000

/** One version of a row, and those before it that may still be asked for. */
interface Step extends LogPoint {
  readonly row: Row | null
  older: Step | null
}

export const createRowHistory = (transactions: ChangeSource, signal: AbortSignal): RowHistory => {
  const rows = createRows()
  const recent = createRecentChanges()
  const items = createPeek(transactions, signal)
  const readTo = async (position: Position): Promise<void> => {
    for (let tx = await items.upTo(position); tx !== null; tx = await items.upTo(position)) {
      for (const change of tx.changes()) {
        rows.put(change)
        recent.add(change)
      }
    }
  }
  return {
    changesAt: async (_, points) => {
      await readTo(largest(points))
      return points.flatMap((point) => recent.at(changeId(point.position, point.ordinal)) ?? [])
    },
    rowsAt: async (_, asked) => {
      await readTo(largest(asked.map(({ before }) => before)))
      const found = new Map<number, Row>()
      for (const [index, { table, key, before }] of asked.entries()) {
        const row = rows.before(table, key, before)
        if (row !== null) found.set(index, row)
      }
      rows.keepFrom(
        asked.reduce<LogPoint | null>((least, { before }) => (least === null || comparePoints(before, least) < 0 ? before : least), null),
      )
      return found
    },
  }
}

const largest = (points: readonly LogPoint[]): Position =>
  points
    .map(({ position }) => position)
    .sort()
    .at(-1) ?? ('' as Position)

/** The transactions of a recording, each given out once it is asked for up to its position. */
const createPeek = (
  transactions: ChangeSource,
  signal: AbortSignal,
): { readonly upTo: (position: Position) => Promise<LegacyTransaction | null> } => {
  const items = transactions.read({ from: null, signal, until: 'current' })[Symbol.asyncIterator]()
  let next: LegacyTransaction | null = null
  let isEnded = false
  return {
    upTo: async (position) => {
      while (next === null && !isEnded) {
        const item = await items.next()
        if (item.done === true) isEnded = true
        else if (item.value.kind === 'transaction') next = item.value
      }
      if (next === null || next.header.position > position) return null
      const tx = next
      next = null
      return tx
    },
  }
}

const createRows = (): {
  readonly put: (change: ChangeEvent) => void
  readonly before: (table: TableName, key: RowKey, point: LogPoint) => Row | null
  /** Nothing before this point is asked for any more. */
  readonly keepFrom: (point: LogPoint | null) => void
} => {
  const steps = new Map<string, Step>()
  let kept: LogPoint | null = null
  /** The order in which rows were last of use only matters when some are soon to be forgotten. */
  const touch = (address: string, step: Step): void => {
    if (steps.size > mostRows / 2) steps.delete(address)
    steps.set(address, step)
  }
  const append = (address: string, step: Step): void => {
    const last = steps.get(address) ?? null
    step.older = last
    // Of what lies before the oldest question only the newest can be an answer.
    for (let at: Step | null = last; at !== null; at = at.older) if (kept !== null && comparePoints(at, kept) < 0) at.older = null
    touch(address, step)
    if (steps.size <= mostRows) return
    for (const oldest of steps.keys()) {
      steps.delete(oldest)
      break
    }
  }
  return {
    put: (change) => {
      const { position } = change.transaction
      if (change.op === 'truncate') {
        for (const [address, step] of steps) {
          if (address.startsWith(`${change.table} `) && step.row !== null)
            append(address, { position, ordinal: change.ordinal, row: null, older: null })
        }
      } else if (change.key !== null && change.op !== 'message') {
        const address = `${change.table} ${change.key}`
        append(address, {
          position,
          ordinal: change.ordinal,
          row: change.op === 'delete' ? null : wholeRow(change, steps.get(address)),
          older: null,
        })
      }
    },
    before: (table, key, point) => {
      const address = `${table} ${key}`
      const newest = steps.get(address)
      if (newest === undefined) return null
      if (steps.size > mostRows / 2) touch(address, newest)
      for (let at: Step | null = newest; at !== null; at = at.older) if (comparePoints(at, point) < 0) return at.row
      return null
    },
    keepFrom: (point) => {
      if (point !== null && (kept === null || comparePoints(kept, point) < 0)) kept = point
    },
  }
}

const wholeRow = ({ after, omitted }: ChangeEvent, last: Step | undefined): Row | null =>
  after === null || omitted.length === 0 ? after : { ...last?.row, ...after }

const createRecentChanges = (): { readonly add: (change: ChangeEvent) => void; readonly at: (id: ChangeId) => ChangeEvent | undefined } => {
  const changes = new Map<ChangeId, ChangeEvent>()
  return {
    add: (change) => {
      changes.set(changeId(change.transaction.position, change.ordinal), change)
      if (changes.size <= mostChanges) return
      for (const oldest of changes.keys()) {
        changes.delete(oldest)
        break
      }
    },
    at: (id) => changes.get(id),
  }
}
