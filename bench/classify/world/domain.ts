import type { Draw } from '../draw.ts'
import type { Answer, Cell, Cells } from './cells.ts'

export type Role = 'number' | 'money' | 'category' | 'entity' | 'date' | 'text' | 'flag'

/** A column of the request, of a reference row, or one that only makes noise. */
export interface Column {
  readonly name: string
  readonly role: Role
  /** The database's type. */
  readonly type: 'int4' | 'numeric' | 'text' | 'date'
  /** Given the row so far, so that columns can depend on each other. */
  readonly make: (from: Draw, row: Cells, nowDay: number) => Cell
  /** True when the candidate looks at it: a rule on such a column could as well be the candidate's mistake. */
  readonly read: boolean
}

/** Master data, read by one key. */
export interface Reference {
  readonly projection: string
  readonly table: string
  readonly keyColumn: string
  readonly keys: readonly string[]
  readonly keyOf: (input: Cells, others: Readonly<Record<string, Cells | null>>) => string
  readonly columns: readonly Column[]
  /** What changes from time to time, and to what. */
  readonly change: (row: Cells, from: Draw) => Cells
  /** The candidate's view of a row. */
  readonly value: (row: Cells) => Cells
}

/** What every decision uses up. */
export interface State {
  readonly projection: string
  readonly table: string
  readonly keyColumn: string
  readonly keys: readonly string[]
  /** Rows of one group are read together; null where one row is read. */
  readonly group: ((row: Cells) => string) | null
  /** Where one of a group is chosen: the answer's field that names it, as its own value does, and what says how much room it has. */
  readonly choice?: { readonly field: string; readonly room: string }
  /** The request's column with the key, or the group, that it reads. */
  readonly askedBy: string
  readonly initial: (key: string, from: Draw) => Cells
  /** The row that a decision changes, and to what; null when it changes none. */
  readonly after: (rows: readonly Cells[], input: Cells, answer: Answer) => Cells | null
  /** What happens to a row besides decisions: payments, deliveries, resets. */
  readonly refill: (row: Cells, from: Draw) => Cells
  readonly value: (row: Cells) => Cells
}

/** All that a decision may look at. */
export interface Ask {
  readonly input: Cells
  /** The candidate's view, ordered by key. */
  readonly state: readonly Cells[]
  readonly references: Readonly<Record<string, Cells | null>>
  readonly clockMs: number
}

/** Where the parts of a domain are that kinds of rules need; names of {@link Facts}. */
export interface Roles {
  /** What is asked for, and the answer's field that grants it. */
  readonly need: string
  readonly granted: string
  /** What the state has left, and how much there can be. */
  readonly left: string
  readonly capacity: string
  /** The field of the answer that money rules change. */
  readonly price: string
  readonly customer: string
}

/** One decision of one made-up business: the documented policy, and the world that it is made in. */
export interface Domain {
  readonly name: string
  readonly heldOut: boolean
  readonly request: {
    readonly table: string
    readonly event: string
    readonly keyColumn: string
    readonly columns: readonly Column[]
  }
  readonly resultTable: string
  readonly state: State
  readonly references: readonly Reference[]
  /** The documented policy, without a mistake when `bugs` is empty. Throws where a mistake makes it throw. */
  readonly policy: (ask: Ask, bugs: ReadonlySet<string>) => Answer
  /** True where the candidate looks at the clock itself. */
  readonly readsClock: boolean
  readonly answerFields: readonly string[]
  readonly refusal: Answer
  /** Granted in full; null where the domain cannot say. */
  readonly granted: (ask: Ask) => Answer
  /** Must hold for every right answer. */
  readonly invariant: (answer: Answer, input: Cells) => boolean
  /** Mistakes that the candidate can make: name → family of the catalogue. */
  readonly bugs: Readonly<Record<string, string>>
  readonly roles: Roles
}
