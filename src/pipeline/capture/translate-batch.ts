import type { BusinessEvent } from '../../model/business-event.ts'
import type { ChangeEvent, LegacyTransaction } from '../../model/change-event.ts'
import type { DeadLetter } from '../../model/dead-letter.ts'
import type { RowKey, TableName } from '../../model/ids.ts'
import type { Row } from '../../model/value.ts'
import { createTurns } from '../turns.ts'
import type { PackedChanges } from '../../ports/capture-store.ts'
import type { RowAddress } from './complete-changes.ts'
import { completeChanges, lackedRows } from './complete-changes.ts'
import type { RowMemory } from './row-memory.ts'
import { settleRows } from './settle-rows.ts'
import type { ReadRows } from '../../model/read-rows.ts'
import { isReadRows } from '../../model/read-rows.ts'

export type Translation =
  | { readonly kind: 'done'; readonly events: readonly BusinessEvent[]; readonly deadLetters: readonly DeadLetter[] }
  | { readonly kind: 'needs'; readonly keys: readonly RowAddress[] }

export type Translate = (tx: LegacyTransaction, rowOf: (table: TableName, key: RowKey) => Row | null | undefined) => Translation

export interface TranslatedTransaction {
  readonly tx: LegacyTransaction
  /** The changes of a large transaction stay in their spool, and are not packed. */
  readonly isLarge: boolean
  readonly events: readonly BusinessEvent[]
  readonly deadLetters: readonly DeadLetter[]
}

/** How many transactions are looked through for rows to fetch together. */
const lookAhead = 500

interface Asked extends RowAddress {
  readonly row: Row | null | undefined
}

interface Said {
  readonly result: Translation
  readonly asked: readonly Asked[]
}

interface LookAhead {
  /** The rows that transactions after this one lack. */
  readonly neededAfter: (index: number) => readonly RowAddress[]
  /** What a transaction was found to say, when every row that was asked for is still the same; once. */
  readonly takeSaid: (index: number) => Translation | undefined
}

/** Looks ahead for rows that later transactions will ask for, so that they are fetched together; each transaction is looked at again only while it lacks some. */
const createLookAhead = ({
  transactions,
  translate,
  memory,
  largeFrom,
}: Pick<TranslateBatchInput, 'transactions' | 'translate' | 'memory' | 'largeFrom'>): LookAhead => {
  let lookedAt = 0
  let lacking: readonly number[] = []
  const said = new Map<number, Said>()
  const look = (index: number, tx: LegacyTransaction): readonly RowAddress[] | null => {
    const asked: Asked[] = []
    const result = translate(tx.header.count >= largeFrom ? tx : held(tx), (table, key) => {
      const row = memory.rowOf(table, key)
      asked.push({ table, key, row })
      return row
    })
    if (result.kind === 'needs') return result.keys
    said.set(index, { result, asked })
    return null
  }
  return {
    neededAfter: (index) => {
      const fresh = lookedAt > index ? [] : range(index + 1, Math.min(transactions.length, index + 1 + lookAhead))
      lookedAt = Math.max(lookedAt, index + 1 + fresh.length)
      const found = [...lacking.filter((other) => other > index), ...fresh].flatMap((other) => {
        const tx = transactions[other]
        const keys = tx === undefined ? null : look(other, tx)
        return keys === null ? [] : [{ other, keys }]
      })
      lacking = found.map(({ other }) => other)
      return found.flatMap(({ keys }) => keys)
    },
    takeSaid: (index) => {
      const known = said.get(index)
      said.delete(index)
      return known?.asked.every(({ table, key, row }) => memory.rowOf(table, key) === row) === true ? known.result : undefined
    },
  }
}

/** The rows that transactions after one lack to be complete, each told once. */
const createLackAhead = ({ transactions, oldRowsOf, largeFrom }: TranslateBatchInput): ((index: number) => readonly RowAddress[]) => {
  let lookedAt = 0
  return (index) => {
    const from = Math.max(lookedAt, index + 1)
    lookedAt = Math.max(from, Math.min(transactions.length, index + 1 + lookAhead))
    return transactions
      .slice(from, lookedAt)
      .flatMap((tx) => (tx.header.count >= largeFrom || stateOf(tx) !== null ? [] : lackedRows([...tx.changes()], oldRowsOf)))
  }
}

/** For a while: a transaction that is not held is read anew at each look. */
const held = (tx: LegacyTransaction): LegacyTransaction => {
  let changes: readonly ChangeEvent[] | null = null
  return {
    ...tx,
    changes: () => {
      changes ??= [...tx.changes()]
      return changes
    },
  }
}

/** Rows of a snapshot that can be kept as they came: state states no fact, and lacks nothing. */
const stateOf = (tx: LegacyTransaction): ReadRows | null => {
  const changes = tx.header.snapshot ? tx.changes() : []
  return isReadRows(changes) ? changes : null
}

const range = (from: number, to: number): readonly number[] => Array.from({ length: Math.max(0, to - from) }, (_, offset) => from + offset)

interface TranslateBatchInput {
  readonly transactions: readonly LegacyTransaction[]
  readonly translate: Translate
  readonly memory: RowMemory
  /** Tables of which only some rows come. */
  readonly rowFiltered: ReadonlySet<TableName>
  /** Tables whose old rows are looked at. */
  readonly oldRowsOf: ReadonlySet<TableName>
  readonly largeFrom: number
  /** Takes over the changes of each transaction that is translated. */
  readonly packed: Pick<PackedChanges, 'add' | 'addRows'>
}

/**
 * Translates transactions in order. Rows that rules ask for are fetched for many transactions at once, and
 * translation goes on where it stopped.
 */
export const translateBatch = async (input: TranslateBatchInput): Promise<readonly TranslatedTransaction[]> => {
  const { transactions, translate, memory, oldRowsOf, largeFrom, packed } = input
  const ahead = createLookAhead(input)
  const lacking = createLackAhead(input)
  const done: TranslatedTransaction[] = []
  const turn = createTurns()
  for (const [index, sentTx] of transactions.entries()) {
    await turn()
    const state = stateOf(sentTx)
    if (state !== null) {
      memory.notePart(sentTx, state, state.count)
      await packed.addRows(state, sentTx.header)
      done.push({ tx: sentTx, isLarge: false, events: [], deadLetters: [] })
      continue
    }
    const tx = await settleRows(input.rowFiltered, sentTx, memory)
    const large = tx.header.count >= largeFrom
    const sent = large ? null : [...tx.changes()]
    const changes = sent === null ? null : await completeChanges(sent, { memory, oldRowsOf, ahead: () => lacking(index) })
    const whole = changes === null ? tx : { ...tx, changes: () => changes }
    const said = ahead.takeSaid(index)
    let result = said !== undefined && tx === sentTx && changes === sent ? said : translate(whole, memory.rowOf)
    while (result.kind === 'needs') {
      await memory.fetch([...result.keys, ...ahead.neededAfter(index)])
      result = translate(whole, memory.rowOf)
    }
    if (changes !== null) {
      if (changes === sent) memory.notePart(tx, changes, changes.length)
      else memory.note(changes)
      await packed.add(changes)
    }
    memory.release()
    done.push({ tx, isLarge: large, events: result.events, deadLetters: result.deadLetters })
  }
  return done
}
