import type { ChangeEvent, TransactionHeader } from '../../src/model/change-event.ts'
import type { Row, Value } from '../../src/model/value.ts'
import type { Relation } from './relation.ts'
import { keyOf } from './relation.ts'
import type { ImageShape } from './row-image.ts'
import { imageShape, keyDiffers, keyRow, readImage, skipImage } from './row-image.ts'
import { recordKind } from './row-record.ts'
import { undecodable } from './undecodable.ts'

/** Where decoded changes go, and what every one of them carries. */
export interface ChangeSink {
  readonly header: TransactionHeader
  /** Ordinal of the next change. */
  readonly next: () => number
  readonly push: (change: ChangeEvent) => void
}

/** Decodes one record of a transaction's log: bitmaps of present columns, and rows. */
export const decodeChanges = (kind: number, body: Buffer, relation: Relation, sink: ChangeSink): void => {
  if (kind === recordKind.truncate) {
    push(sink, relation, { op: 'truncate' })
    return
  }
  const columns = relation.codecs.length
  const bitmapBytes = (columns + 7) >> 3
  const first = imageShape(body.subarray(0, bitmapBytes), columns)
  if (kind === recordKind.update) {
    const second = imageShape(body.subarray(bitmapBytes, 2 * bitmapBytes), columns)
    decodeUpdates(body, 2 * bitmapBytes, { first, second, relation, sink })
    return
  }
  for (let at = bitmapBytes; at < body.length; ) {
    const { row, end } = readImage(body, at, first, relation)
    if (kind === recordKind.insert) push(sink, relation, { op: 'create', after: row, omitted: missing(row, first, relation) })
    else if (kind === recordKind.delete) push(sink, relation, { op: 'delete', ...oldRow(row, first, relation) })
    else throw undecodable(`a record of kind ${kind}`)
    at = end
  }
}

interface Updates {
  readonly first: ImageShape
  readonly second: ImageShape
  readonly relation: Relation
  readonly sink: ChangeSink
}

/** A changed key ends the life of one row and begins another's: a delete and a create, as Debezium says it. */
const decodeUpdates = (body: Buffer, from: number, { first, second, relation, sink }: Updates): void => {
  const beforeKey = new Int32Array(2 * relation.keyPlaces.length)
  const afterKey = new Int32Array(2 * relation.keyPlaces.length)
  for (let at = from; at < body.length; ) {
    const newAt = skipImage(body, at, first, relation, beforeKey)
    const end = skipImage(body, newAt, second, relation, afterKey)
    const before = readImage(body, at, first, relation).row
    const after = readImage(body, newAt, second, relation).row
    const whole = second.whole ? after : filled(after, before, relation)
    const omitted = missing(whole, second, relation)
    if (keyDiffers(body, beforeKey, afterKey)) {
      sink.push({ ...changeOf(sink, relation, { op: 'delete', ...oldRow(before, first, relation) }), rekeys: true })
      sink.push({ ...changeOf(sink, relation, { op: 'create', after: whole, omitted }), rekeys: true })
    } else push(sink, relation, { op: 'update', after: whole, omitted, ...(first.whole ? { before, beforeKind: 'full' } : {}) })
    at = end
  }
}

/** What the new image leaves out and the old one has did not change. In the table's order. */
const filled = (after: Row, before: Row, { names }: Relation): Record<string, Value> => {
  const row: Record<string, Value> = {}
  for (const name of names) {
    const value = after[name] ?? (name in after ? null : before[name])
    if (value !== undefined) row[name] = value
  }
  return row
}

const nothing: readonly string[] = []

const missing = (row: Row, shape: ImageShape, { names }: Relation): readonly string[] =>
  shape.whole ? nothing : names.filter((name) => row[name] === undefined)

const oldRow = (row: Row, shape: ImageShape, relation: Relation): Pick<Decoded, 'before' | 'beforeKind'> =>
  shape.whole ? { before: row, beforeKind: 'full' } : { before: keyRow(relation, row), beforeKind: 'key' }

interface Decoded {
  readonly op: ChangeEvent['op']
  readonly before?: Row
  readonly beforeKind?: ChangeEvent['beforeKind']
  readonly after?: Row
  readonly omitted?: readonly string[]
}

const push = (sink: ChangeSink, relation: Relation, decoded: Decoded): void => sink.push(changeOf(sink, relation, decoded))

const changeOf = (sink: ChangeSink, relation: Relation, { op, before, beforeKind, after, omitted }: Decoded): ChangeEvent => ({
  transaction: sink.header,
  ordinal: sink.next(),
  op,
  table: relation.table,
  key: keyOf(relation, after ?? before ?? null),
  before: before ?? null,
  after: after ?? null,
  beforeKind: beforeKind ?? 'none',
  omitted: omitted ?? nothing,
})
