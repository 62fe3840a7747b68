import { isAscii, isUtf8 } from 'node:buffer'
import { encode, shapeOf } from '../../src/model/canonical.ts'
import { rowKey } from '../../src/model/ids.ts'
import type { EachText } from '../../src/model/read-rows.ts'
import type { Catalogue, CatalogueTable } from './catalogue.ts'
import type { Codec } from './codec.ts'
import { codecOf } from './codec.ts'
import { fieldsOf, lineEnd } from './copy-text.ts'
import { undecodable } from './pgoutput.ts'
import type { CopyChunk } from './table-chunks.ts'

/** COPY's lines as keys and rows in the canonical form: what `encode` says of the values, without making most of them. */
export const eachLineText = (
  { bytes, rows }: CopyChunk,
  table: CatalogueTable,
  catalogue: Catalogue,
  row: Parameters<EachText>[0],
): void => {
  const write = rowWriter(table, catalogue)
  if (!isUtf8(bytes)) throw undecodable('text that is no UTF-8')
  const encoding = isAscii(bytes) ? 'latin1' : 'utf8'
  let from = 0
  for (let index = 0; index < rows; index += 1) {
    const end = bytes.indexOf(lineEnd, from)
    if (end < 0) throw undecodable('a row of COPY without an end')
    write(fieldsOf(bytes.toString(encoding, from, end)), row)
    from = end + 1
  }
}

type Fields = readonly (string | null)[]

const rowWriter = (table: CatalogueTable, catalogue: Catalogue): ((fields: Fields, row: Parameters<EachText>[0]) => void) => {
  const names = table.published ?? []
  const types = new Map(table.columns.map((column) => [column.name, column.typeOid]))
  const texts = names.map((name) => canonicalText(types.get(name) ?? 0, catalogue))
  const { sorted, labels } = shapeOf(names)
  const places = sorted.map((name) => names.indexOf(name))
  const keyed = table.keyColumns.map((name) => names.indexOf(name))
  const keyPlaces = keyed.includes(-1) ? [] : keyed
  const written: string[] = Array.from({ length: names.length }, () => '')
  return (fields, row) => {
    if (fields.length !== names.length)
      throw undecodable(`a row of COPY with ${fields.length} columns where ${names.length} were asked for`)
    for (let place = 0; place < fields.length; place += 1) {
      const field = fields[place] ?? null
      written[place] = field === null ? 'null' : (texts[place]?.(field) ?? 'null')
    }
    let after = '{'
    for (let at = 0; at < places.length; at += 1) after += `${at === 0 ? '' : ','}${labels[at]}${written[places[at] ?? 0]}`
    const key = keyPlaces.length === 0 ? null : rowKey(`[${keyPlaces.map((place) => written[place]).join(',')}]`)
    row(key, `${after}}`)
  }
}

const [boolType, int8Type, int2Type, int4Type] = [16, 20, 21, 23]

/** As the server writes them. */
const wholeNumber = /^(?:0|-?[1-9]\d{0,18})$/

/** One value from the server's text in the canonical form. */
const canonicalText = (oid: number, { types }: Catalogue): ((text: string) => string) => {
  const codec: Codec = codecOf(oid, types)
  const byValue = (text: string): string => encode(codec(text))
  switch (oid) {
    case boolType:
      return (text) => (text === 't' ? 'true' : byValue(text))
    case int2Type:
    case int4Type:
      return (text) => (wholeNumber.test(text) && text.length < 16 ? text : byValue(text))
    case int8Type:
      return (text) => (wholeNumber.test(text) ? `{"$i":"${text}"}` : byValue(text))
    default:
      return byValue
  }
}
