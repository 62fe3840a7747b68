import type { Data } from '../../model/value.ts'
import { growingFact } from './fact-column.ts'
import type { FactColumn, GrowingFact } from './fact-column.ts'
import { reordered, roomFor, trimmed } from './growing.ts'

/** Alternatives of each decision, item by item: those of a row are the items from `starts` to before `ends`. */
export interface ListColumn {
  /** `read.nodes` for what was read of a group, `trigger.offers` for a list of the trigger. */
  readonly name: string
  readonly starts: Int32Array
  readonly ends: Int32Array
  /** What is told of the items: over items, not over rows. */
  readonly fields: readonly FactColumn[]
}

/** The item's place in its list, from 0, and the item itself where it is a plain value. */
export const placeField = '(place)'
export const valueField = '(value)'

/** Longer lists are no choice that anybody would explain by a rank, nor are those beyond so many items in all. */
const mostItems = 64
const mostInAll = 4_000_000
const mostFields = 12

interface GrowingList {
  readonly put: (row: number, items: readonly Data[]) => void
  /** Null where no decision had a choice. */
  readonly finish: (rows: number) => ListColumn | null
}

const growingList = (name: string): GrowingList => {
  const fields = new Map<string, GrowingFact>()
  let starts: Int32Array = new Int32Array(0)
  let ends: Int32Array = new Int32Array(0)
  let [count, longest] = [0, 0]
  const tell = (field: string, item: number, value: Data): void => {
    if (value !== null && typeof value === 'object') return
    let known = fields.get(field)
    if (known === undefined) {
      if (fields.size >= mostFields) return
      known = growingFact(field)
      fields.set(field, known)
    }
    known.put(item, value)
  }
  const put: GrowingList['put'] = (row, items) => {
    starts = roomFor(starts, row, Int32Array)
    ends = roomFor(ends, row, Int32Array)
    const isTooMuch = items.length > mostItems || count + items.length > mostInAll
    starts[row] = count
    ends[row] = isTooMuch ? count : count + items.length
    if (isTooMuch) return
    for (const [place, item] of items.entries()) {
      if (item !== null && typeof item === 'object' && !Array.isArray(item) && !(item instanceof Uint8Array)) {
        const record = item as { readonly [field: string]: Data }
        for (const field in record) tell(field, count, record[field] ?? null)
      } else tell(valueField, count, item)
      tell(placeField, count, place)
      count++
    }
    longest = Math.max(longest, items.length)
  }
  const finish: GrowingList['finish'] = (rows) =>
    longest < 2
      ? null
      : {
          name,
          starts: trimmed(starts, rows, Int32Array),
          ends: trimmed(ends, rows, Int32Array),
          fields: [...fields.values()].flatMap((field) => field.finish(count) ?? []),
        }
  return { put, finish }
}

export interface GrowingLists {
  readonly put: (name: string, row: number, items: readonly Data[]) => void
  readonly finish: (rows: number) => readonly ListColumn[]
}

/** Collects lists by name, row by row. */
export const growingLists = (): GrowingLists => {
  const lists = new Map<string, GrowingList>()
  return {
    put: (name, row, items) => {
      let list = lists.get(name)
      if (list === undefined) {
        list = growingList(name)
        lists.set(name, list)
      }
      list.put(row, items)
    },
    finish: (rows) => [...lists].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, list]) => list.finish(rows) ?? []),
  }
}

/** The lists of these rows, in their order; items stay where they are. */
export const listsAt = (lists: readonly ListColumn[], rows: Int32Array): readonly ListColumn[] =>
  lists.map((list) => ({ ...list, starts: reordered(list.starts, rows), ends: reordered(list.ends, rows) }))

/** What one field says of one item; undefined where it says nothing. */
export const itemValue = (field: FactColumn, item: number): Data | undefined => {
  if (field.kind === 'text') return field.labels[(field.codes[item] ?? 0) - 1]
  const value = field.numbers[item] ?? Number.NaN
  if (Number.isNaN(value)) return undefined
  return field.kind === 'number' ? value : new Date(value).toISOString().slice(0, field.timed ? 24 : 10)
}

/** One decision's list, put together from its fields. */
export const itemsAt = ({ starts, ends, fields }: ListColumn, row: number): readonly Data[] => {
  const from = starts[row] ?? 0
  return Array.from({ length: (ends[row] ?? 0) - from }, (_, place): Data => {
    const told = fields.flatMap((field) => {
      const value = itemValue(field, from + place)
      return value === undefined || field.name === placeField ? [] : [[field.name, value] as const]
    })
    const [only] = told
    return only?.[0] === valueField ? only[1] : Object.fromEntries(told)
  })
}
