import type { Assembled } from './assembled.ts'
import type { Assembly } from './assembly.ts'
import { yieldedPlace } from './assembly.ts'
import { collecting } from './collected.ts'
import type { DebeziumChange, Origin } from './debezium-record.ts'
import type { Head } from './head.ts'
import { sharedId } from './head.ts'
import { looseTransaction } from './loose-changes.ts'
import type { PartitionQueue } from './partition-queue.ts'
import { placeOf } from './record.ts'

/** Of a commit before this one, although ends come in order: its own end was among the records that could not be read. */
export const isOrphan = ({ lostEnd }: Assembly, head: Head, origin: Origin | null): boolean => {
  if (!lostEnd || origin === null) return false
  if (head.order !== null) return origin.commitOrder !== null && origin.commitOrder < head.order
  return origin.logOrder !== null && origin.logOrder < head.lastLogOrder
}

/** The changes at the front of a partition that have no transaction, or whose transaction has lost its end. Null: there are none. */
export const orphanChanges = (assembly: Assembly, head: Head): Assembled | null => {
  const { orphan: queue } = assembly
  assembly.orphan = null
  const first = queue?.front()?.content
  if (queue === null || first?.kind !== 'change') return null
  return first.membership === null
    ? looseTransaction(assembly, queue, first)
    : withoutEnd(assembly, head, queue, { first, id: sharedId(first.membership.id) })
}

interface Beginning {
  readonly first: DebeziumChange
  readonly id: string
}

const withoutEnd = (assembly: Assembly, head: Head, queue: PartitionQueue, { first, id }: Beginning): Assembled => {
  const { options } = assembly
  const changes = collecting(options.collecting)
  const where = `${queue.topic}[${queue.partition}]`
  let last: DebeziumChange = first
  let from = ''
  for (let front = queue.front(); front !== null; front = queue.front()) {
    const { content, record } = front
    if (content.kind !== 'change' || content.membership === null || sharedId(content.membership.id) !== id) break
    if (from === '') from = placeOf(record)
    changes.add(content, front)
    last = content
    // What the head has taken of this partition is not yielded yet.
    if (!head.offsets.has(queue.id)) assembly.offsets.set(queue.id, record.offset + 1)
    queue.take()
  }
  assembly.sub += 1
  const reason = `transaction ${id}: its end in the transaction topic could not be read; its changes in ${where} are state alone`
  const unreadable = [{ where: from, reason }]
  return {
    kind: 'transaction',
    place: yieldedPlace(assembly),
    id,
    committedAt: last.origin.committedAt,
    ordinal: 0,
    changes: changes.seal(),
    unreadable,
  }
}
