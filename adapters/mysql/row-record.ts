import type { BinlogEvent } from './binlog-event.ts'
import { eventType } from './binlog-event.ts'
import { byteReader } from './byte-reader.ts'
import type { Relation } from './relation.ts'
import { imageShape, keyDiffers, skipImage } from './row-image.ts'
import { undecodable } from './undecodable.ts'

/** What a record of a transaction's log holds: the rows of one event, or a truncated table. */
export const recordKind = { insert: 1, update: 2, delete: 3, truncate: 4 } as const

/** The rows of one event: which table, what happened to them, and where in the event's body they begin. */
export interface RowsHead {
  readonly tableId: number
  readonly kind: number
  readonly columns: number
  /** Offset of the bitmaps that say which columns are present. */
  readonly from: number
}

const secondLayout: ReadonlySet<number> = new Set([eventType.writeRows, eventType.updateRows, eventType.deleteRows])

export const readRowsHead = ({ type, body }: BinlogEvent): RowsHead => {
  const reader = byteReader(body)
  const tableId = reader.uint(6)
  reader.skip(2)
  if (secondLayout.has(type)) reader.skip(reader.uint(2) - 2)
  const columns = reader.packed()
  return { tableId, kind: kindOf(type), columns, from: reader.at() }
}

const kindOf = (type: number): number => {
  switch (type) {
    case eventType.writeRowsV1:
    case eventType.writeRows:
      return recordKind.insert
    case eventType.updateRowsV1:
    case eventType.updateRows:
      return recordKind.update
    default:
      return recordKind.delete
  }
}

/** How many changes the rows make: an update that changes the key is two. Looks at every length, and decodes nothing. */
export const countChanges = (kind: number, body: Buffer, from: number, relation: Relation): number => {
  const columns = relation.codecs.length
  const bitmapBytes = (columns + 7) >> 3
  const first = imageShape(body.subarray(from, from + bitmapBytes), columns)
  let at = from + bitmapBytes
  let count = 0
  if (kind !== recordKind.update) {
    for (; at < body.length; count += 1) at = advanced(at, skipImage(body, at, first, relation, null))
    return count
  }
  const second = imageShape(body.subarray(at, at + bitmapBytes), columns)
  at += bitmapBytes
  const keyed = relation.keyPlaces.length > 0
  const before = keyed ? new Int32Array(2 * relation.keyPlaces.length) : null
  const after = keyed ? new Int32Array(2 * relation.keyPlaces.length) : null
  while (at < body.length) {
    at = advanced(at, skipImage(body, at, first, relation, before))
    at = skipImage(body, at, second, relation, after)
    count += before !== null && after !== null && keyDiffers(body, before, after) ? 2 : 1
  }
  return count
}

/** An image without a byte would be read for ever. */
const advanced = (from: number, to: number): number => {
  if (to <= from) throw undecodable('a row without a byte')
  return to
}
