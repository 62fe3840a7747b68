import type { ChangeEvent, TransactionHeader } from '../../src/model/change-event.ts'
import type { Value } from '../../src/model/value.ts'
import type { Catalogue, CatalogueTable } from './catalogue.ts'
import type { Codec } from './codec.ts'
import { codecOf } from './codec.ts'
import { fieldsOf } from './copy-text.ts'
import { keyOf } from './decode-change.ts'

const nothingOmitted: readonly string[] = []

/** COPY's lines of a table as rows that were read. `first`: the ordinal of the first. */
export const decodeLines = (
  lines: readonly Buffer[],
  table: CatalogueTable,
  catalogue: Catalogue,
  { header, first }: { readonly header: TransactionHeader; readonly first: number },
): readonly ChangeEvent[] => {
  const names = table.published ?? []
  const types = new Map(table.columns.map((column) => [column.name, column.typeOid]))
  const codecs: readonly Codec[] = names.map((name) => codecOf(types.get(name) ?? 0, catalogue.types))
  const places = table.keyColumns.map((name) => names.indexOf(name))
  const relation = { names, keyPlaces: places.includes(-1) ? [] : places }
  return lines.map((line, index) => {
    const fields = fieldsOf(line)
    const after: Record<string, Value> = {}
    for (let place = 0; place < names.length; place += 1) {
      const text = fields[place] ?? null
      after[names[place] ?? ''] = text === null ? null : (codecs[place]?.(text) ?? null)
    }
    return {
      transaction: header,
      ordinal: first + index,
      op: 'read',
      table: table.ref.name,
      key: keyOf(relation, after),
      before: null,
      after,
      beforeKind: 'none',
      omitted: nothingOmitted,
    }
  })
}
