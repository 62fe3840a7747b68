import { encode } from '../../src/model/canonical.ts'
import type { ChangeEvent, TransactionHeader } from '../../src/model/change-event.ts'
import type { RowKey } from '../../src/model/ids.ts'
import { rowKey } from '../../src/model/ids.ts'
import type { Row } from '../../src/model/value.ts'
import { recordKind } from './change-record.ts'
import type { Body, Tuple } from './decode-tuple.ts'
import { bodyOf, decodeKeyTuple, decodeTuple } from './decode-tuple.ts'
import { mark, undecodable } from './pgoutput.ts'
import type { Relation } from './relation.ts'

/** Where decoded changes go, and what every one of them carries. */
export interface ChangeSink {
  readonly header: TransactionHeader
  /** Ordinal of the next change. */
  readonly next: () => number
  readonly push: (change: ChangeEvent) => void
}

/** Decodes one record of a transaction's log: the part of a pgoutput message that follows the table's OID. */
export const decodeChange = (kind: number, bytes: Buffer, relation: Relation, sink: ChangeSink): void => {
  const body = bodyOf(bytes)
  switch (kind) {
    case recordKind.insert:
      push(sink, relation, { op: 'create', after: newRow(body, 0, relation, null) })
      break
    case recordKind.update:
    case recordKind.rekey:
      decodeUpdate(kind, body, relation, sink)
      break
    case recordKind.delete:
      push(sink, relation, { op: 'delete', ...lastOld(body, relation) })
      break
    case recordKind.truncate:
      push(sink, relation, { op: 'truncate' })
      break
    default:
      throw undecodable(`a record of kind ${kind}`)
  }
}

/** A changed key ends the life of one row and begins another's: a delete and a create, as Debezium says it. */
const decodeUpdate = (kind: number, body: Body, relation: Relation, sink: ChangeSink): void => {
  if (body.bytes[0] === mark.newTuple) {
    push(sink, relation, { op: 'update', after: newRow(body, 0, relation, null) })
    return
  }
  const old = oldRow(body, relation)
  const after = newRow(body, old.before.end, relation, old.before.row)
  if (kind === recordKind.update) {
    push(sink, relation, { op: 'update', ...old, after })
    return
  }
  sink.push({ ...changeOf(sink, relation, { op: 'delete', ...old }), rekeys: true })
  sink.push({ ...changeOf(sink, relation, { op: 'create', after }), rekeys: true })
}

interface OldRow {
  readonly before: Tuple
  readonly beforeKind: 'full' | 'key'
}

const oldRow = (body: Body, relation: Relation): OldRow => {
  if (body.bytes[0] === mark.oldTuple) return { before: decodeTuple(body, 1, relation, null), beforeKind: 'full' }
  if (body.bytes[0] === mark.keyTuple) return { before: decodeKeyTuple(body, 1, relation), beforeKind: 'key' }
  throw undecodable(`a row of ${relation.table} that is neither old nor new`)
}

/** The new row is the last of its record. */
const newRow = (body: Body, at: number, relation: Relation, old: Row | null): Tuple => {
  if (body.bytes[at] !== mark.newTuple) throw undecodable(`a change of ${relation.table} without a new row`)
  return last(body, decodeTuple(body, at + 1, relation, old), relation)
}

const lastOld = (body: Body, relation: Relation): OldRow => {
  const old = oldRow(body, relation)
  last(body, old.before, relation)
  return old
}

const last = ({ bytes }: Body, tuple: Tuple, { table }: Relation): Tuple => {
  if (tuple.end !== bytes.length) throw undecodable(`a row of ${table} that is longer than its columns`)
  return tuple
}

const nothingOmitted: readonly string[] = []

interface Decoded extends Partial<OldRow> {
  readonly op: ChangeEvent['op']
  readonly after?: Tuple
}

const push = (sink: ChangeSink, relation: Relation, decoded: Decoded): void => sink.push(changeOf(sink, relation, decoded))

const changeOf = (sink: ChangeSink, relation: Relation, { op, before, beforeKind, after }: Decoded): ChangeEvent => ({
  transaction: sink.header,
  ordinal: sink.next(),
  op,
  table: relation.table,
  key: keyOf(relation, (after ?? before)?.row ?? null),
  before: before?.row ?? null,
  after: after?.row ?? null,
  beforeKind: beforeKind ?? 'none',
  omitted: after?.omitted ?? nothingOmitted,
})

/** Canonical text of a row's key columns; null for a table without a key. */
export const keyOf = (relation: Pick<Relation, 'names' | 'keyPlaces'>, row: Row | null): RowKey | null => {
  if (row === null || relation.keyPlaces.length === 0) return null
  const { names, keyPlaces } = relation
  return rowKey(encode(keyPlaces.map((place) => row[names[place] ?? ''] ?? null)))
}
