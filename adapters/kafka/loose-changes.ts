import type { UnreadableRecord } from '../../src/model/change-event.ts'
import type { EpochMs } from '../../src/model/ids.ts'
import type { Assembled } from './assembled.ts'
import type { Assembly } from './assembly.ts'
import { passOver, passTime, yieldedPlace } from './assembly.ts'
import { collecting } from './collected.ts'
import type { DebeziumChange } from './debezium-record.ts'
import type { Front, PartitionQueue } from './partition-queue.ts'
import { attemptOf, beginAnew } from './snapshot-attempt.ts'

export type LooseFront = Front & { readonly content: DebeziumChange }

/** A change of which the connector tells no transaction. */
export const isLoose = (front: Front | null): front is LooseFront =>
  front !== null && front.content.kind === 'change' && front.content.membership === null

export const isSnapshotRow = (front: Front | null): front is LooseFront => isLoose(front) && front.content.op === 'read'

/** Rows of a snapshot, and changes outside of transactions, at the front of a partition. Null: none is whole. */
export const looseChanges = (assembly: Assembly): Assembled | null => {
  // What comes inside of a transaction comes with it: a place behind it would lie behind the transaction's own changes too.
  if (assembly.head !== null && assembly.head.changes.count() > 0) return null
  for (const queue of assembly.options.tables) {
    const front = firstReadable(assembly, queue)
    // Table by table, as every snapshot is read: another one's rows may have come first.
    if (front === null && assembly.phase === 'snapshot' && queue.received() < (assembly.options.reaches.get(queue.id) ?? 0)) return null
    if (!isLoose(front)) continue
    const found =
      front.content.op === 'read'
        ? snapshotRows(assembly, queue)
        : isWhole(assembly, queue)
          ? looseTransaction(assembly, queue, front.content)
          : null
    if (found !== null) return found
  }
  return null
}

/** Without transactions, and in the first snapshot, nothing hangs on a record that cannot be read: the queue goes on behind it. */
const firstReadable = (assembly: Assembly, queue: PartitionQueue): Front | null => {
  const { options, phase } = assembly
  for (let front = queue.front(); front !== null; front = queue.front()) {
    const { content, record } = front
    if (content.kind !== 'unreadable' || (content.membership !== null && !queue.isFull())) return front
    if (phase === 'stream' && options.boundaries.length > 0 && !queue.isFull()) return front
    assembly.offsets.set(queue.id, record.offset + 1)
    passOver(assembly, queue, content)
  }
  return null
}

const snapshotRows = (assembly: Assembly, queue: PartitionQueue): Assembled | null => {
  const { options } = assembly
  const changes = collecting(options.collecting)
  let committedAt: EpochMs | null = null
  for (let front = queue.front(); isSnapshotRow(front) && changes.count() < options.settings.snapshotRows; front = queue.front()) {
    const attempt = attemptOf(assembly, front.content)
    if (attempt === 'anew') {
      if (changes.count() === 0) return beginAnew(assembly, front.content)
      break
    }
    if (attempt === 'now') {
      committedAt = front.content.origin.committedAt
      changes.add(front.content, front)
    }
    assembly.offsets.set(queue.id, front.record.offset + 1)
    queue.take()
  }
  if (committedAt === null) return null
  const ordinal = assembly.phase === 'snapshot' ? assembly.rows : 0
  if (assembly.phase === 'snapshot') assembly.rows += changes.count()
  else assembly.sub += 1
  return {
    kind: 'snapshot',
    place: yieldedPlace(assembly),
    id: `snapshot ${assembly.rows}`,
    committedAt,
    ordinal,
    changes: changes.seal(),
    unreadable: [],
  }
}

/** Of the log: first the commit, then the change in it. */
const markOf = ({ origin }: DebeziumChange): string => `${origin.commitOrder ?? ''} ${origin.logOrder ?? ''}`

const hasOrder = ({ origin }: DebeziumChange): boolean => origin.logOrder !== null

/** Changes of one partition that stand together and are of one transaction: more cannot be told without the transaction topic. */
export const looseTransaction = (assembly: Assembly, queue: PartitionQueue, first: DebeziumChange): Assembled | null => {
  const { options, marks } = assembly
  const changes = collecting(options.collecting)
  const partition = queue.id
  let last: DebeziumChange | null = null
  assembly.unread.delete(partition)
  const unreadable: UnreadableRecord[] = []
  for (let front = firstReadable(assembly, queue); isPartOf(first, front); front = firstReadable(assembly, queue)) {
    // What stands between changes of one transaction is of it.
    unreadable.push(...(assembly.unread.get(partition) ?? []))
    assembly.unread.delete(partition)
    const mark = markOf(front.content)
    const isKnown = hasOrder(front.content) && mark <= (marks.get(partition) ?? '')
    assembly.offsets.set(partition, front.record.offset + 1)
    if (!isKnown) {
      changes.add(front.content, front)
      last = front.content
    }
    queue.take()
    if (!hasOrder(front.content)) break
  }
  if (last === null) return null
  if (hasOrder(last)) marks.set(partition, markOf(last))
  assembly.phase = 'stream'
  assembly.sub += 1
  const { committedAt, transactionId } = last.origin
  passTime(assembly, committedAt)
  const id = transactionId ?? `${queue.topic} ${queue.passed()}`
  return { kind: 'transaction', place: yieldedPlace(assembly), id, committedAt, ordinal: 0, changes: changes.seal(), unreadable }
}

const isPartOf = (first: DebeziumChange, front: Front | null): front is LooseFront =>
  isLoose(front) && front.content.op !== 'read' && isSame(first, front.content)

const isSame = (first: DebeziumChange, { origin }: DebeziumChange): boolean =>
  origin === first.origin || (origin.transactionId !== null && origin.transactionId === first.origin.transactionId)

/** More of it may still be on its way: for a while, and unless it lies behind what is there already. */
const isWhole = ({ options }: Assembly, queue: PartitionQueue): boolean =>
  queue.isFull() || options.nowMs() - queue.newestAtMs() >= options.settings.settleMs
