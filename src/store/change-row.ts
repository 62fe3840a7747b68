import { decode, encode } from '../model/canonical.ts'
import type { ChangeEvent, ChangeOp, TransactionHeader } from '../model/change-event.ts'
import type { Position, RowKey, SourceName, TableName } from '../model/ids.ts'
import { epochMs, position } from '../model/ids.ts'
import type { Data, Row } from '../model/value.ts'
import type { CopyBuffer } from './copy-buffer.ts'
import { copyLine } from './copy-text.ts'

const opLetters = { create: 'c', read: 'r', update: 'u', delete: 'd', truncate: 't', message: 'm' } as const satisfies Record<
  ChangeOp,
  string
>
const beforeLetters = { full: 'f', key: 'k', filled: 'l', none: 'n' } as const satisfies Record<ChangeEvent['beforeKind'], string>

const inverse = <Word extends string>(letters: Readonly<Record<Word, string>>): Readonly<Record<string, Word>> =>
  Object.fromEntries(Object.entries(letters).map(([word, letter]) => [letter, word]))
const opOf = inverse(opLetters)
const beforeKindOf = inverse(beforeLetters)

/** In capitals: one half of a changed key. */
const beforeLetter = ({ beforeKind, rekeys }: ChangeEvent): string =>
  rekeys === true ? beforeLetters[beforeKind].toUpperCase() : beforeLetters[beforeKind]

export const changeCopyColumns = 'source_id, table_id, ordinal, op, before_kind, position, key, before, after, omitted'

/** Writes one change as a line of COPY; its table has the given number. */
export const writeChange = (out: CopyBuffer, sourceId: number, tableId: number, change: ChangeEvent): void => {
  const { position } = change.transaction
  out.plain(`${sourceId}\t${tableId}\t${change.ordinal}\t${opLetters[change.op]}\t${beforeLetter(change)}\t`)
  out.text(position)
  out.tab()
  out.text(change.key)
  out.tab()
  out.row(change.before)
  out.tab()
  out.row(change.after)
  out.tab()
  out.text(change.omitted.length === 0 ? null : encode(change.omitted))
  out.endLine()
}

/** Writes a row that was read, as {@link writeChange} writes the change that it stands for. Key and row are in the canonical form. */
export const writeReadRow = (
  out: CopyBuffer,
  place: { readonly sourceId: number; readonly tableId: number; readonly ordinal: number; readonly position: Position },
  key: RowKey | null,
  after: string,
): void => {
  out.plain(`${place.sourceId}\t${place.tableId}\t${place.ordinal}\t${opLetters.read}\t${beforeLetters.none}\t`)
  out.text(place.position)
  out.tab()
  out.text(key)
  out.plain('\t\\N\t')
  out.text(after)
  out.plain('\t\\N')
  out.endLine()
}

export const transactionCopyColumns = 'source_id, position, transaction_id, began_at, committed_at, captured_at, change_count, snapshot'

export const transactionLine = (sourceId: number, header: TransactionHeader): string =>
  copyLine([sourceId, header.position, header.id, header.beganAt, header.committedAt, header.capturedAt, header.count, header.snapshot])

export const transactionSelectColumns = 'position, transaction_id, began_at, committed_at, captured_at, change_count, snapshot'

export const toHeader = (source: SourceName, cells: readonly unknown[]): TransactionHeader => {
  const [at, id, beganAt, committedAt, capturedAt, count, snapshot] = cells as [
    string,
    string,
    number | null,
    number,
    number,
    number,
    boolean,
  ]
  return {
    source,
    position: position(at),
    id,
    beganAt: beganAt === null ? null : epochMs(beganAt),
    committedAt: epochMs(committedAt),
    capturedAt: epochMs(capturedAt),
    count,
    snapshot,
  }
}

export const changeSelectColumns = 'c.position, c.ordinal, c.op, c.table_id, c.key, c.before, c.after, c.before_kind, c.omitted'

/** A change as it was selected with {@link changeSelectColumns}. */
export type ChangeCells = readonly [string, number, string, number, RowKey | null, string | null, string | null, string, string | null]

export const toRow = (text: string | null): Row | null => (text === null ? null : (decode(text) as Row))

export const toChange = (transaction: TransactionHeader, table: TableName, cells: ChangeCells): ChangeEvent => ({
  transaction,
  ordinal: cells[1],
  op: opOf[cells[2]] ?? 'message',
  table,
  key: cells[4],
  before: toRow(cells[5]),
  after: toRow(cells[6]),
  beforeKind: beforeKindOf[cells[7].toLowerCase()] ?? 'none',
  omitted: cells[8] === null ? [] : (decode(cells[8]) as readonly Data[] as readonly string[]),
  ...(cells[7] < 'a' ? { rekeys: true } : {}),
})
