import { isAscii, isUtf8 } from 'node:buffer'
import type { ChangeEvent, TransactionHeader } from '../../src/model/change-event.ts'
import type { Row, Value } from '../../src/model/value.ts'
import type { Catalogue, CatalogueTable } from './catalogue.ts'
import type { Codec } from './codec.ts'
import { codecOf } from './codec.ts'
import { fieldsOf, lineEnd } from './copy-text.ts'
import { keyOf } from './decode-change.ts'
import { undecodable } from './pgoutput.ts'
import type { CopyChunk } from './table-chunks.ts'

const nothingOmitted: readonly string[] = []

/** COPY's lines of a table as rows that were read. `first`: the ordinal of the first. */
export const decodeLines = (
  { bytes, rows }: CopyChunk,
  table: CatalogueTable,
  catalogue: Catalogue,
  { header, first }: { readonly header: TransactionHeader; readonly first: number },
): readonly ChangeEvent[] => {
  const names = table.published ?? []
  const types = new Map(table.columns.map((column) => [column.name, column.typeOid]))
  const codecs = names.map((name) => codecOf(types.get(name) ?? 0, catalogue.types))
  const places = table.keyColumns.map((name) => names.indexOf(name))
  const relation = { names, keyPlaces: places.includes(-1) ? [] : places }
  if (!isUtf8(bytes)) throw undecodable('text that is no UTF-8')
  const encoding = isAscii(bytes) ? 'latin1' : 'utf8'
  const changes: ChangeEvent[] = []
  let from = 0
  for (let index = 0; index < rows; index += 1) {
    const end = bytes.indexOf(lineEnd, from)
    if (end < 0) throw undecodable('a row of COPY without an end')
    // A text for each line: fields are slices of it, and one of the whole chunk would live as long as any of its values.
    const after = rowOf(bytes.toString(encoding, from, end), names, codecs)
    from = end + 1
    changes.push({
      transaction: header,
      ordinal: first + index,
      op: 'read',
      table: table.ref.name,
      key: keyOf(relation, after),
      before: null,
      after,
      beforeKind: 'none',
      omitted: nothingOmitted,
    })
  }
  return changes
}

const rowOf = (line: string, names: readonly string[], codecs: readonly Codec[]): Row => {
  const fields = fieldsOf(line)
  if (fields.length !== names.length) throw undecodable(`a row of COPY with ${fields.length} columns where ${names.length} were asked for`)
  const row: Record<string, Value> = {}
  for (let place = 0; place < names.length; place += 1) {
    const text = fields[place] ?? null
    row[names[place] as string] = text === null ? null : (codecs[place] as Codec)(text)
  }
  return row
}
