import type { ChangeEvent, LegacyTransaction } from '../../model/change-event.ts'
import type { RowKey, SourceName, TableName } from '../../model/ids.ts'
import type { Row } from '../../model/value.ts'
import type { CaptureStore } from '../../ports/capture-store.ts'
import { rowAddress } from '../../ports/capture-store.ts'

interface RowAddress {
  readonly table: TableName
  readonly key: RowKey
}

/** The newest rows of the tables that rules look into: uncommitted changes first, then a bounded cache, then the store. */
export interface RowMemory {
  /** Null: no such row. Undefined: not in memory; `fetch` it. */
  readonly rowOf: (table: TableName, key: RowKey) => Row | null | undefined
  readonly fetch: (keys: readonly RowAddress[]) => Promise<void>
  /** Takes over the rows that a translated transaction left behind. */
  readonly note: (changes: readonly ChangeEvent[]) => void
  /** The same for a transaction's next changes, as they were sent. They are not kept: should they be asked for, the transaction is read again. */
  readonly notePart: (tx: LegacyTransaction, changes: Iterable<ChangeEvent>, count: number) => void
  /** Call when a transaction is translated: what was fetched for it may be forgotten again. */
  readonly release: () => void
  /** Closes the batch under way; call the result once it is durable. */
  readonly seal: () => () => void
}

/** The first so many changes of a run of them. */
interface Noted {
  readonly from: LegacyTransaction | null
  readonly changes: () => Iterable<ChangeEvent>
  count: number
}

interface Layer {
  readonly noted: Noted[]
  readonly rows: Map<string, Row | null>
  readonly truncated: Set<TableName>
}

const newLayer = (): Layer => ({ noted: [], rows: new Map(), truncated: new Set() })

const overlay = (layer: Layer, change: ChangeEvent): void => {
  if (change.op === 'truncate') {
    layer.truncated.add(change.table)
    for (const address of layer.rows.keys()) if (address.startsWith(`${change.table} `)) layer.rows.delete(address)
  } else if (change.key !== null) {
    layer.rows.set(rowAddress(change.table, change.key), change.op === 'delete' ? null : change.after)
  }
}

/** Until a table is wanted no change of it lacks anything, so that what the source sent is what was noted. */
const overlayTable = (layer: Layer, table: TableName): void => {
  for (const { changes, count } of layer.noted) {
    let left = count
    for (const change of changes()) {
      if (left <= 0) break
      left -= 1
      if (change.table === table) overlay(layer, change)
    }
  }
}

export const createRowMemory = (store: Pick<CaptureStore, 'latestRows'>, source: SourceName, capacity: number): RowMemory => {
  const wanted = new Set<TableName>()
  const cache = new Map<string, Row | null>()
  /** Rows of the transaction under way: one that needs more than the cache holds must not lose its first ones. */
  let pinned = new Map<string, Row | null>()
  let layers: Layer[] = [newLayer()]

  const remember = (address: string, row: Row | null): void => {
    cache.delete(address)
    cache.set(address, row)
    if (cache.size <= capacity) return
    for (const oldest of cache.keys()) {
      cache.delete(oldest)
      break
    }
  }

  const rowOf = (table: TableName, key: RowKey): Row | null | undefined => {
    const address = rowAddress(table, key)
    for (let at = layers.length - 1; at >= 0; at--) {
      const layer = layers[at]
      const row = layer?.rows.get(address)
      if (row !== undefined) return row
      if (layer?.truncated.has(table)) return null
    }
    const cached = cache.get(address)
    return cached === undefined ? pinned.get(address) : cached
  }

  const want = (table: TableName): void => {
    if (wanted.has(table)) return
    wanted.add(table)
    for (const layer of layers) overlayTable(layer, table)
  }

  const add = (from: LegacyTransaction | null, changes: Iterable<ChangeEvent>, count: number): void => {
    const layer = layers[layers.length - 1]
    if (layer === undefined) return
    const last = layer.noted[layer.noted.length - 1]
    if (from !== null && last?.from === from) last.count += count
    else layer.noted.push({ from, changes: from?.changes ?? (() => changes), count })
    if (wanted.size > 0) for (const change of changes) if (wanted.has(change.table)) overlay(layer, change)
  }

  return {
    rowOf,
    fetch: async (keys) => {
      for (const { table } of keys) want(table)
      const unknown = keys.filter(({ table, key }) => rowOf(table, key) === undefined)
      if (unknown.length === 0) return
      const rows = await store.latestRows(source, unknown)
      for (const { table, key } of unknown) {
        const address = rowAddress(table, key)
        const row = rows.get(address) ?? null
        pinned.set(address, row)
        remember(address, row)
      }
    },
    release: () => {
      if (pinned.size > 0) pinned = new Map()
    },
    note: (changes) => add(null, changes, changes.length),
    notePart: add,
    seal: () => {
      const sealed = layers[layers.length - 1]
      layers.push(newLayer())
      return () => {
        layers = layers.filter((layer) => layer !== sealed)
        if (sealed === undefined) return
        for (const table of sealed.truncated) for (const address of cache.keys()) if (address.startsWith(`${table} `)) cache.delete(address)
        for (const [address, row] of sealed.rows) remember(address, row)
      }
    },
  }
}
