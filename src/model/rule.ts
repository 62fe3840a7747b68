import type { EventSchema } from './event-schema.ts'
import type { JourneyKey, TableName } from './ids.ts'
import type { TransactionView } from './transaction-view.ts'
import type { Data, Row, Value } from './value.ts'

/** What `emit` says: one fact, or several. */
export interface Emission<D extends Data = Data> {
  readonly key: JourneyKey | string
  readonly data: D
}

export interface EmitTools {
  readonly tx: TransactionView
  /** The row with this key as of just after this transaction; undefined when there is none. Composite keys in key order. */
  readonly asOf: (table: TableName, ...key: readonly Value[]) => Row | undefined
}

/**
 * Translates a whole legacy transaction to business facts. `when` and `emit` must be pure: they are run again
 * when a row that they ask for has to be fetched first.
 */
export interface Rule {
  /** The type of the events that it emits. */
  readonly name: string
  readonly version: number
  readonly owner: string
  readonly journey: string | null
  /** What the fact says, for who subscribes to it. */
  readonly description: string | null
  /** What the data of its events looks like on the wire; checked for each. */
  readonly schema: EventSchema | null
  /** Tables that it is declared to touch, to be checked at start; those that `when` looks at are found without. */
  readonly tables: readonly TableName[]
  readonly when: (tx: TransactionView) => Iterable<Row>
  readonly emit: (row: Row, tools: EmitTools) => Emission | readonly Emission[] | null
}
