import type { History, StoredChange, TextRow } from '../../../support/history/history.ts'
import type { TopicRecord } from '../../../support/read-topics.ts'

interface Envelope {
  readonly op: string
  readonly before: TextRow | null
  readonly after: TextRow | null
  readonly source: { readonly table: string; readonly lsn: number }
  readonly transaction: { readonly total_order: number } | null
}

const ops: Readonly<Record<string, string>> = { c: 'create', r: 'read', u: 'update', d: 'delete' }
const placeholder = '__debezium_unavailable_value'

const positionOf = (lsn: number): string => String(lsn).padStart(20, '0')

/** What the topics of an emission say, as the checker of histories looks at it. Tombstones must follow their deletes. */
export const topicHistory = (
  records: readonly TopicRecord[],
  transactionTopic: string,
): Pick<History, 'transactions' | 'changes' | 'events'> => {
  const changes: StoredChange[] = []
  const rows = new Map<string, TextRow>()
  let snapshotRows = 0
  const awaited = new Set<string>()
  for (const { topic, partition, key, value } of records) {
    if (topic === transactionTopic) continue
    const place = `${topic} ${partition}`
    if (value === null) {
      if (!awaited.delete(`${place} ${key}`)) throw new TypeError(`a tombstone of ${key} without its delete`)
      continue
    }
    const { op, after, source, transaction } = JSON.parse(value) as Envelope
    const id = String((JSON.parse(key ?? '{}') as { readonly id?: unknown }).id)
    if (op === 'd') awaited.add(`${place} ${key}`)
    const address = `${source.table} ${id}`
    const row = after === null ? null : textRow(after, rows.get(address))
    if (row !== null) rows.set(address, row)
    const isRead = op === 'r'
    changes.push({
      position: isRead ? positionOf(0) : positionOf(source.lsn),
      ordinal: isRead ? snapshotRows : (transaction?.total_order ?? 0) - 1,
      op: ops[op] ?? op,
      table: source.table,
      key: id,
      row,
    })
    if (isRead) snapshotRows += 1
  }
  if (awaited.size > 0) throw new TypeError(`deletes without tombstones: ${[...awaited].join(', ')}`)
  const ends = records.flatMap(({ topic, value }) => (topic === transactionTopic ? endOf(value ?? '{}') : []))
  const snapshot = snapshotRows === 0 ? [] : [{ position: positionOf(0), count: snapshotRows, snapshot: true }]
  return {
    transactions: [...snapshot, ...ends.map(({ lsn, count }) => ({ position: positionOf(lsn), count, snapshot: false }))],
    changes: changes.toSorted((a, b) => (a.position === b.position ? a.ordinal - b.ordinal : a.position < b.position ? -1 : 1)),
    events: [],
  }
}

const endOf = (value: string): readonly { readonly lsn: number; readonly count: number }[] => {
  const {
    status,
    id,
    event_count: count,
  } = JSON.parse(value) as { readonly status: string; readonly id: string; readonly event_count: number }
  return status === 'END' ? [{ lsn: Number(id.slice(id.indexOf(':') + 1)), count }] : []
}

/** What was not sent is what the row had. */
const textRow = (row: TextRow, before: TextRow | undefined): TextRow =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      value === placeholder ? (before?.[name] ?? null) : value === null ? null : String(value),
    ]),
  )
