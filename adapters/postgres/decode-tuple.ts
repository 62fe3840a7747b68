import { isAscii, isUtf8 } from 'node:buffer'
import type { Row, Value } from '../../src/model/value.ts'
import { mark, undecodable } from './pgoutput.ts'
import type { Relation } from './relation.ts'

export interface Tuple {
  readonly row: Row
  /** Columns whose value was not sent. */
  readonly omitted: readonly string[]
  /** Offset just behind the tuple. */
  readonly end: number
}

/** A record's bytes, and where they are short and all ASCII also their text: slicing one text is far faster than decoding each value. */
export interface Body {
  readonly bytes: Buffer
  readonly text: string | null
}

/** Slices keep the text alive, so that of a long record is not worth it. */
const sliceableBytes = 4096

export const bodyOf = (bytes: Buffer): Body => ({
  bytes,
  text: bytes.length <= sliceableBytes && isAscii(bytes) ? bytes.toString('latin1') : null,
})

const utf8 = (bytes: Buffer, from: number, end: number): string => {
  if (!isUtf8(bytes.subarray(from, end))) throw undecodable('text that is no UTF-8')
  return bytes.toString('utf8', from, end)
}

const nothingOmitted: readonly string[] = []

/** One row. An unchanged TOAST value is taken from the old row where that has it; else its column is absent and named. */
export const decodeTuple = ({ bytes, text }: Body, from: number, relation: Relation, old: Row | null): Tuple => {
  const { names, codecs } = relation
  const count = bytes.readUInt16BE(from)
  const row: Record<string, Value> = {}
  let omitted = nothingOmitted
  let at = from + 2
  if (count !== names.length) throw undecodable(`a row of ${relation.table} with ${count} columns where ${names.length} were announced`)
  for (let place = 0; place < count; place += 1) {
    const name = names[place]
    const codec = codecs[place]
    if (name === undefined || codec === undefined) throw undecodable(`a row of ${relation.table} with more columns than announced`)
    const marked = bytes[at]
    if (marked === mark.text) {
      const end = at + 5 + bytes.readUInt32BE(at + 1)
      if (end > bytes.length) throw undecodable(`a row of ${relation.table} that is cut off`)
      row[name] = codec(text === null ? utf8(bytes, at + 5, end) : text.slice(at + 5, end))
      at = end
      continue
    }
    at += 1
    if (marked === mark.null) row[name] = null
    else if (marked !== mark.unchanged) throw undecodable(`a value marked ${marked}`)
    else if (old?.[name] !== undefined) row[name] = old[name]
    else omitted = [...omitted, name]
  }
  return { row, omitted, end: at }
}

/** A key-only old row: all but the identity's columns are sent as null and mean absent. */
export const decodeKeyTuple = (body: Body, from: number, relation: Relation): Tuple => {
  const whole = decodeTuple(body, from, relation, null)
  const row: Record<string, Value> = {}
  relation.names.forEach((name, place) => {
    const value = whole.row[name]
    if (relation.identity[place] === true && value !== undefined) row[name] = value
  })
  return { row, omitted: nothingOmitted, end: whole.end }
}
