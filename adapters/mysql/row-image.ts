import type { Row, Value } from '../../src/model/value.ts'
import type { Relation } from './relation.ts'
import { undecodable } from './undecodable.ts'

/** Which columns a row image has. The server leaves out what `binlog_row_image` lets it. */
export interface ImageShape {
  /** In the order of the image. */
  readonly places: readonly number[]
  readonly nullBytes: number
  /** No column is missing. */
  readonly whole: boolean
}

export const imageShape = (bitmap: Buffer, columns: number): ImageShape => {
  const places: number[] = []
  for (let place = 0; place < columns; place += 1) if (((bitmap[place >> 3] ?? 0) & (1 << (place & 7))) !== 0) places.push(place)
  return { places, nullBytes: (places.length + 7) >> 3, whole: places.length === columns }
}

const isNull = (bytes: Buffer, at: number, index: number): boolean => ((bytes[at + (index >> 3)] ?? 0) & (1 << (index & 7))) !== 0

/** Where the values of the key's columns lie: start and end by place in the key; -1 for a column that is absent. */
export type KeyMarks = Int32Array

/** Just behind the image that begins at `at`, without decoding it. */
export const skipImage = (bytes: Buffer, at: number, shape: ImageShape, relation: Relation, marks: KeyMarks | null): number => {
  const { codecs, keyPlaces } = relation
  marks?.fill(-1)
  let from = at + shape.nullBytes
  for (let index = 0; index < shape.places.length; index += 1) {
    const place = shape.places[index] ?? 0
    const codec = codecs[place]
    if (codec === undefined || isNull(bytes, at, index)) continue
    const end = codec.end(bytes, from)
    if (marks !== null) {
      const inKey = keyPlaces.indexOf(place)
      if (inKey >= 0) {
        marks[2 * inKey] = from
        marks[2 * inKey + 1] = end
      }
    }
    from = end
  }
  if (from > bytes.length) throw undecodable(`a row of ${relation.table} that is cut off`)
  return from
}

/** Same bytes are the same key. A column that is missing on one side is one that did not change. */
export const keyDiffers = (bytes: Buffer, before: KeyMarks, after: KeyMarks): boolean => {
  for (let at = 0; at < before.length; at += 2) {
    const [oldFrom = -1, oldEnd = -1, newFrom = -1, newEnd = -1] = [before[at], before[at + 1], after[at], after[at + 1]]
    if (oldFrom < 0 || newFrom < 0) continue
    if (bytes.compare(bytes, newFrom, newEnd, oldFrom, oldEnd) !== 0) return true
  }
  return false
}

export interface Image {
  readonly row: Record<string, Value>
  readonly end: number
}

/** The columns that the image has. */
export const readImage = (bytes: Buffer, at: number, shape: ImageShape, relation: Relation): Image => {
  const { names, codecs } = relation
  const row: Record<string, Value> = {}
  let from = at + shape.nullBytes
  for (let index = 0; index < shape.places.length; index += 1) {
    const place = shape.places[index] ?? 0
    const name = names[place]
    const codec = codecs[place]
    if (name === undefined || codec === undefined) throw undecodable(`a row of ${relation.table} with more columns than announced`)
    if (isNull(bytes, at, index)) row[name] = null
    else {
      const end = codec.end(bytes, from)
      row[name] = codec.read(bytes, from, end)
      from = end
    }
  }
  return { row, end: from }
}

/** The key's columns alone. */
export const keyRow = ({ names, keyPlaces }: Relation, row: Row): Row => {
  const key: Record<string, Value> = {}
  for (const place of keyPlaces) {
    const name = names[place] ?? ''
    const value = row[name]
    if (value !== undefined) key[name] = value
  }
  return key
}
