import type { ChangeEvent, TransactionHeader } from '../../src/model/change-event.ts'
import type { TableName } from '../../src/model/ids.ts'
import type { Assembled } from './assembled.ts'
import type { Assembly } from './assembly.ts'
import { yieldedPlace } from './assembly.ts'
import type { Collected } from './collected.ts'
import type { DebeziumChange } from './debezium-record.ts'

/**
 * A connector that is killed in its first snapshot begins again from the beginning, and its topics have the rows of both. All rows of one
 * attempt tell one place in the log, and so which attempt they are of. `anew`: the first row of a later one.
 */
export const attemptOf = (assembly: Assembly, { origin }: DebeziumChange): 'now' | 'before' | 'anew' => {
  const { logOrder, snapshot } = origin
  if (snapshot !== 'initial' || logOrder === null || logOrder === assembly.snapshot) return 'now'
  if (assembly.phase === 'stream') {
    tellLate(assembly, logOrder)
    return 'now'
  }
  if (assembly.snapshot === '') {
    assembly.snapshot = logOrder
    return 'now'
  }
  return logOrder < assembly.snapshot ? 'before' : 'anew'
}

/** What was read of the attempt before may be gone from the database, and nothing will say so: all tables begin empty again. */
export const beginAnew = (assembly: Assembly, { origin }: DebeziumChange): Assembled => {
  const { captured } = assembly.options
  const ordinal = assembly.rows
  assembly.snapshot = origin.logOrder ?? ''
  assembly.rows += captured.length
  return {
    kind: 'snapshot',
    place: yieldedPlace(assembly),
    id: `snapshot ${assembly.rows}`,
    committedAt: origin.committedAt,
    ordinal,
    changes: emptied(captured),
    unreadable: [],
  }
}

const emptied = (tables: readonly TableName[]): Collected => ({
  count: tables.length,
  log: null,
  changes: (transaction, first) => tables.map((table, at) => truncate(transaction, table, first + at)),
})

const truncate = (transaction: TransactionHeader, table: TableName, ordinal: number): ChangeEvent => ({
  transaction,
  ordinal,
  op: 'truncate',
  table,
  key: null,
  before: null,
  after: null,
  beforeKind: 'none',
  omitted: [],
})

/** Beside the stream its rows are state like those of any other. */
const tellLate = (assembly: Assembly, logOrder: string): void => {
  if (assembly.snapshot === '' || logOrder < assembly.snapshot) return
  assembly.snapshot = logOrder
  assembly.options.onNotice(
    'the connector has written its first snapshot once more: what was committed since it stood still comes as rows, not as changes, and rows that were deleted then stay',
  )
}
