import type { Assembly } from './assembly.ts'
import { anotherLog, isKnownChange, passOver } from './assembly.ts'
import type { DebeziumChange, Membership, Origin } from './debezium-record.ts'
import { sourceError } from './failure.ts'
import type { Head } from './head.ts'
import { sharedId } from './head.ts'
import { isSnapshotRow } from './loose-changes.ts'
import { isOrphan } from './orphan-changes.ts'
import type { Front, PartitionQueue } from './partition-queue.ts'
import type { DebeziumUnreadable } from './unreadable.ts'

interface Found {
  readonly queue: PartitionQueue
  readonly front: Front
  readonly collection: string
  readonly membership: Membership
  readonly content: DebeziumChange | DebeziumUnreadable
}

/** Takes what is there of a transaction. True: all of it is there, or nothing more of it will come. @throws BanyanError */
export const collect = (assembly: Assembly, head: Head): boolean => {
  if (isPast(assembly, head)) return true
  while (head.left.size > 0) {
    const first = firstOf(assembly, head)
    if (first === 'known') return true
    if (first === 'missing') return false
    if (first !== null) add(assembly, head, first)
  }
  return true
}

/** The first of the next changes of all tables that are not complete. Null: a table was given up. */
const firstOf = (assembly: Assembly, head: Head): Found | 'known' | 'missing' | null => {
  let first: Found | null = null
  for (const collection of head.left.keys()) {
    const found = nextChange(assembly, head, collection)
    if (head.isKnown) return 'known'
    if (found === null) {
      if (assembly.orphan !== null) return 'missing'
      if (!isExplained(assembly, head, collection) && !givesUp(assembly, head, collection)) return 'missing'
      goOnBehindGap(assembly, head, collection)
      return null
    }
    if (first === null || found.membership.order < first.membership.order) first = found
  }
  return first
}

const add = ({ unread }: Assembly, head: Head, { queue, front, collection, membership, content }: Found): void => {
  head.settles.set(queue.id, unread.get(queue.id)?.length ?? 0)
  const left = (head.left.get(collection) ?? 0) - 1
  if (left > 0) head.left.set(collection, left)
  else head.left.delete(collection)
  head.got.set(collection, membership.tableOrder)
  head.lastLogOrder = content.origin?.logOrder ?? ''
  if (content.kind === 'change') {
    head.last = content
    take(head, queue, front, content)
    return
  }
  head.unreadable.push(content)
  pass(head, queue, front)
}

const pass = (head: Head, queue: PartitionQueue, { record }: Front): void => {
  head.offsets.set(queue.id, record.offset + 1)
  queue.take()
}

const take = (head: Head, queue: PartitionQueue, front: Front, change: DebeziumChange): void => {
  head.changes.add(change, front)
  pass(head, queue, front)
}

/** The next change of a table in this transaction; null: it is not there now. What is known is passed over. */
const nextChange = (assembly: Assembly, head: Head, collection: string): Found | null => {
  const wanted = (head.got.get(collection) ?? 0) + 1
  for (const queue of assembly.queuesOf(collection)) {
    for (let front = queue.front(); front !== null; front = queue.front()) {
      if (isSnapshotRow(front)) {
        // Of a snapshot beside the stream: it stands inside of the transaction, and comes with it.
        take(head, queue, front, front.content)
        continue
      }
      const { content } = front
      if (content.kind === 'unreadable' && (content.membership === null || sharedId(content.membership.id) !== sharedId(head.end.id))) {
        head.offsets.set(queue.id, front.record.offset + 1)
        passOver(assembly, queue, content)
        continue
      }
      if (content.kind !== 'change' && content.kind !== 'unreadable') break
      if (content.membership === null) {
        // It stands before the next change, and so it was before this transaction.
        assembly.orphan = queue
        break
      }
      const { membership, origin } = content
      if (isKnownChange(assembly, origin)) {
        cameAgain(assembly, head, membership, origin)
        queue.take()
        continue
      }
      if (content.kind === 'change' && content.collection !== collection) break
      if (sharedId(membership.id) !== sharedId(head.end.id)) {
        if (isOrphan(assembly, head, origin)) assembly.orphan = queue
        break
      }
      if (membership.tableOrder === wanted) return { queue, front, collection, membership, content }
      if (membership.tableOrder > wanted) break
      if (content.kind === 'change') checkRepeated(assembly, head, content)
      queue.take()
    }
  }
  return null
}

const maxAgain = 10_000

const cameAgain = (assembly: Assembly, head: Head, membership: Membership, origin: Origin | null): void => {
  if (origin !== null && origin.connector !== 'postgresql') assembly.isBehind = origin.logOrder !== assembly.order
  if (sharedId(membership.id) === sharedId(head.end.id)) head.isKnown = true
  else if (assembly.again.size < maxAgain) assembly.again.add(sharedId(membership.id))
}

/** The end of a commit that is done with came again. */
const isPast = (assembly: Assembly, head: Head): boolean => {
  if (head.order === null || assembly.order === '' || head.order > assembly.order) return head.isKnown
  if (head.order < assembly.order) assembly.isBehind = true
  else {
    if (sharedId(head.end.id) !== assembly.id) throw anotherLog(assembly)
    assembly.isBehind = false
  }
  head.isKnown = true
  return true
}

/** A connector before 3.7 that was started again in the middle of a transaction counts from one again. */
const checkRepeated = ({ options }: Assembly, head: Head, { origin, collection }: DebeziumChange): void => {
  if (origin.logOrder === null || origin.logOrder <= head.lastLogOrder) return
  throw sourceError(
    options.settings,
    'source-undecodable',
    `transaction ${head.end.id} counts its changes of ${collection} anew in its middle`,
    'connectors before 3.7 do so when they are started again inside of a transaction: update the connector, and let it write a snapshot into fresh topics',
  )
}

/** The order of the first change of it that is there; null: none is. */
const behindGap = ({ queuesOf }: Assembly, head: Head, collection: string): number | null => {
  const orders = queuesOf(collection).flatMap((queue) => {
    const content = queue.front()?.content
    if ((content?.kind !== 'change' && content?.kind !== 'unreadable') || content.membership === null) return []
    if (content.kind === 'change' && content.collection !== collection) return []
    return sharedId(content.membership.id) === sharedId(head.end.id) ? [content.membership.tableOrder] : []
  })
  return orders.length === 0 ? null : Math.min(...orders)
}

/** With the first change that is there; without any, the table is done with. */
const goOnBehindGap = (assembly: Assembly, head: Head, collection: string): void => {
  const next = behindGap(assembly, head, collection)
  const got = head.got.get(collection) ?? 0
  if (next === null) head.left.delete(collection)
  else {
    head.left.set(collection, Math.max(1, (head.left.get(collection) ?? 1) - (next - got - 1)))
    head.got.set(collection, next - 1)
  }
}

/** Records that cannot be read stand where changes are missing; for a while those may still come. */
const isExplained = (assembly: Assembly, head: Head, collection: string): boolean => {
  const { options, unread } = assembly
  const queues = assembly.queuesOf(collection)
  const suspects = queues.flatMap((queue) => unread.get(queue.id) ?? [])
  const next = behindGap(assembly, head, collection)
  const missing = next === null ? (head.left.get(collection) ?? 0) : next - (head.got.get(collection) ?? 0) - 1
  if (suspects.length < missing) return false
  const isQuiet = (queue: PartitionQueue): boolean =>
    queue.received() >= Math.max(queue.high(), options.reaches.get(queue.id) ?? 0) &&
    options.nowMs() - queue.newestAtMs() >= options.settings.settleMs
  if (!queues.every((queue) => queue.front() !== null || isQuiet(queue))) return false
  // One may be of what comes next instead: it stays until a later change of its partition has come.
  head.unreadable.push(...suspects)
  return true
}

/** Whether a table's changes will not come any more, and may be done without. */
const givesUp = ({ options, queuesOf, looks }: Assembly, head: Head, collection: string): boolean => {
  const { settings } = options
  const queues = queuesOf(collection)
  // Behind what is at every front, nothing of it can come.
  const isPassed = queues.length > 0 && queues.every((queue) => queue.front() !== null)
  if (!isPassed && options.nowMs() - head.sinceMs < settings.transactionWaitMs) return false
  // But in a partition that was added meanwhile: first it is looked for one.
  head.looks ??= looks
  if (head.looks === looks) return false
  const what = `${head.left.get(collection)} of ${head.end.counts.get(collection)} changes of ${collection} in transaction ${head.end.id}`
  if (settings.incomplete === 'deliver') {
    options.onNotice(`${what} are not in the topics: it is delivered without them`)
    return true
  }
  throw sourceError(
    settings,
    'source-undecodable',
    `${what} are not in the topics`,
    "if a transform drops records, set incomplete: 'deliver'; if the brokers are slow, raise transactionWaitMs; else the topics have lost records, and a new snapshot is needed",
  )
}
