import type { ChangeEvent, LegacyTransaction } from '../src/model/change-event.ts'
import type { ChangeId, TableName } from '../src/model/ids.ts'
import { changeId } from '../src/model/ids.ts'
import type { EmitTools, Rule } from '../src/model/rule.ts'
import { transactionView } from '../src/model/transaction-view.ts'
import type { Row } from '../src/model/value.ts'
import type { ChangesOf } from './changes-by-table.ts'
import { unknownTable } from './check.ts'
import type { Recall } from './recall.ts'
import type { RowKeys } from './row-keys.ts'

/** What one rule sees of one transaction, with a record of what it looked at. */
export interface RuleTools extends EmitTools {
  /**
   * The changes behind a row that `when` matched. For one that the rule made of several rows, theirs; for one that shares
   * nothing with any row, those that it was shown since the last match.
   */
  readonly causesOf: (row: Row) => readonly ChangeId[]
  /** The changes of this transaction behind the rows that were looked up since the last call. */
  readonly takeLookedUp: () => readonly ChangeId[]
  /** True when the answers given so far are provisional, because rows have to be fetched. */
  readonly provisional: () => boolean
}

/** A row that a rule makes of very many others names the first of them. */
const maxCauses = 64

export const ruleTools = (input: {
  readonly rule: Rule
  readonly tx: LegacyTransaction
  readonly changes: ChangesOf
  readonly recall: Recall
  readonly keys: RowKeys
  readonly known: ReadonlySet<TableName>
}): RuleTools => {
  const { rule, tx, changes, recall, keys, known } = input
  let shown: ChangeId[] = []
  let lastShown: readonly ChangeId[] = []
  let lookedUp: ChangeId[] = []
  const show = (change: ChangeEvent): void => {
    if (shown.length < maxCauses) shown.push(changeId(tx.header.position, change.ordinal))
  }
  const checked = <T extends TableName | undefined>(table: T): T => {
    if (table !== undefined && !known.has(table)) throw unknownTable(rule, table, known)
    return table
  }
  const view = transactionView(tx.header, changes, {
    beforeOf: (change) => {
      if (change.op === 'delete') show(change)
      return recall.beforeOf(change)
    },
    afterOf: (change) => {
      show(change)
      return recall.afterOf(change)
    },
    whole: recall.whole,
  })
  return {
    tx: {
      header: view.header,
      created: (table) => view.created(checked(table)),
      updated: (table) => view.updated(checked(table)),
      deleted: (table) => view.deleted(checked(table)),
      transitioned: (table, column, values) => view.transitioned(checked(table), column, values),
      changes: (table) => view.changes(checked(table)),
      causeOf: view.causeOf,
    },
    asOf: (table, ...key) => {
      const rowKey = keys.ofValues(checked(table), key)
      const found = rowKey === null ? undefined : recall.finalRow(table, rowKey)
      if (found?.cause) lookedUp.push(found.cause)
      return found?.row ?? undefined
    },
    causesOf: (row) => {
      if (shown.length > 0) lastShown = shown
      shown = []
      const cause = view.causeOf(row)
      if (cause !== undefined) return [cause]
      const joined = joinedCauses(row, view.causeOf)
      if (joined.length > 0) return joined
      return lastShown.length > 0 ? lastShown : [changeId(tx.header.position, 0)]
    },
    takeLookedUp: () => {
      const taken = lookedUp
      lookedUp = []
      shown = []
      return taken
    },
    provisional: () => recall.missing().length > 0,
  }
}

/** A rule may join rows: `{ hdr, lines: [ … ] }`. */
const joinedCauses = (row: Row, causeOf: (row: Row) => ChangeId | undefined): readonly ChangeId[] =>
  Object.values<unknown>(row)
    .flat()
    .flatMap((part) => (isRow(part) ? (causeOf(part) ?? []) : []))
    .slice(0, maxCauses)

const isRow = (part: unknown): part is Row => typeof part === 'object' && part !== null && !(part instanceof Uint8Array)
