import type { ChangeEvent, LegacyTransaction } from '../../model/change-event.ts'
import type { Position, RowKey, TableName } from '../../model/ids.ts'
import { comparePoints } from '../../model/log-point.ts'
import type { LogPoint } from '../../model/read.ts'
import type { Row } from '../../model/value.ts'
import type { ChangeLog } from '../../ports/change-log.ts'
import type { ChangeSource } from '../../ports/change-source.ts'

/**
 * Rows as of points that are asked for in about log order: the recording is read once more beside the questions. Memory is bounded: of
 * more rows of a table than `mostRows` the ones that were quiet longest are forgotten, and so are changes older than the last `mostChanges`,
 * unless they wrote the version of a row that is known still.
 */
export type RowHistory = Pick<ChangeLog, 'changesAt' | 'rowsAt'>

const mostRows = 200_000
const mostChanges = 200_000

/** One version of a row, and those before it that may still be asked for. */
interface Step extends LogPoint {
  readonly row: Row | null
  readonly change: ChangeEvent
  older: Step | null
}

export const createRowHistory = (transactions: ChangeSource, signal: AbortSignal): RowHistory => {
  const rows = createRows()
  const recent = createRecentChanges()
  const items = createPeek(transactions, signal)
  const readTo = async (position: Position): Promise<void> => {
    for (let tx = await items.upTo(position); tx !== null; tx = await items.upTo(position)) {
      const changes = [...tx.changes()]
      for (const change of changes) rows.put(change)
      recent.add(tx.header.position, changes)
    }
  }
  return {
    changesAt: async (_, points) => {
      await readTo(largest(points))
      return points.flatMap((point) => recent.at(point) ?? rows.at(point) ?? [])
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
  /** The change that wrote a known version, with its whole row. */
  readonly at: (point: LogPoint) => ChangeEvent | undefined
  /** Nothing before this point is asked for any more. */
  readonly keepFrom: (point: LogPoint | null) => void
} => {
  const tables = new Map<TableName, Map<RowKey, Step>>()
  /** Every known version by its point; null until one is asked for. */
  let byPoint: Map<string, Step> | null = null
  let kept: LogPoint | null = null
  const forget = (step: Step | null): void => {
    for (let at = step; at !== null; at = at.older) byPoint?.delete(nameOf(at))
  }
  const append = (rows: Map<RowKey, Step>, key: RowKey, step: Step): void => {
    const last = rows.get(key) ?? null
    step.older = last
    // Of what lies before the oldest question only the newest can be an answer.
    for (let at: Step | null = last; at !== null && kept !== null; at = at.older) {
      if (at.older === null || comparePoints(at, kept) >= 0) continue
      forget(at.older)
      at.older = null
    }
    byPoint?.set(nameOf(step), step)
    touch(rows, key, step)
    if (rows.size <= mostRows) return
    for (const [oldest, gone] of rows) {
      forget(gone)
      rows.delete(oldest)
      break
    }
  }
  return {
    put: (change) => {
      const { ordinal, op, table, key } = change
      const { position } = change.transaction
      let rows = tables.get(table)
      if (rows === undefined) {
        rows = new Map()
        tables.set(table, rows)
      }
      if (op === 'truncate') {
        for (const [one, step] of rows) if (step.row !== null) append(rows, one, { position, ordinal, row: null, change, older: null })
      } else if (key !== null && op !== 'message') {
        const row = op === 'delete' ? null : wholeRow(change, rows.get(key))
        append(rows, key, { position, ordinal, row, change, older: null })
      }
    },
    before: (table, key, point) => {
      const rows = tables.get(table)
      const newest = rows?.get(key)
      if (rows === undefined || newest === undefined) return null
      touch(rows, key, newest)
      for (let at: Step | null = newest; at !== null; at = at.older) if (comparePoints(at, point) < 0) return at.row
      return null
    },
    at: (point) => {
      byPoint ??= indexed(tables)
      const step = byPoint.get(nameOf(point))
      return step === undefined ? undefined : { ...step.change, after: step.row, omitted: [] }
    },
    keepFrom: (point) => {
      if (point !== null && (kept === null || comparePoints(kept, point) < 0)) kept = point
    },
  }
}

const indexed = (tables: ReadonlyMap<TableName, ReadonlyMap<RowKey, Step>>): Map<string, Step> => {
  const byPoint = new Map<string, Step>()
  for (const rows of tables.values())
    for (const newest of rows.values()) for (let at: Step | null = newest; at !== null; at = at.older) byPoint.set(nameOf(at), at)
  return byPoint
}

const nameOf = ({ position, ordinal }: LogPoint): string => `${position}#${ordinal}`

/** The order in which rows were last of use only matters when some are soon to be forgotten. */
const touch = (rows: Map<RowKey, Step>, key: RowKey, step: Step): void => {
  if (rows.size > mostRows / 2) rows.delete(key)
  rows.set(key, step)
}

const wholeRow = ({ after, omitted }: ChangeEvent, last: Step | undefined): Row | null =>
  after === null || omitted.length === 0 ? after : { ...last?.row, ...after }

const createRecentChanges = (): {
  readonly add: (position: Position, changes: readonly ChangeEvent[]) => void
  readonly at: (point: LogPoint) => ChangeEvent | undefined
} => {
  const byPosition = new Map<Position, readonly ChangeEvent[]>()
  let count = 0
  return {
    add: (position, changes) => {
      // The parts of a snapshot share one position, and cause nothing: the last stands for all.
      count += changes.length - (byPosition.get(position)?.length ?? 0)
      byPosition.set(position, changes)
      if (count <= mostChanges) return
      for (const [oldest, { length }] of byPosition) {
        byPosition.delete(oldest)
        count -= length
        if (count <= mostChanges) return
      }
    },
    at: ({ position, ordinal }) => {
      const changes = byPosition.get(position)
      const likely = changes?.[ordinal]
      return likely?.ordinal === ordinal ? likely : changes?.find((change) => change.ordinal === ordinal)
    },
  }
}
