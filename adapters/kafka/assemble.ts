import type { EpochMs } from '../../src/model/ids.ts'
import type { Assembled, Pending } from './assembled.ts'
import type { Assembly, AssemblyOptions } from './assembly.ts'
import { anotherLog, newAssembly, passedPlace, passTime, yieldedPlace } from './assembly.ts'
import type { PartitionRange } from './client.ts'
import { collecting } from './collected.ts'
import { collect } from './collect.ts'
import type { Head } from './head.ts'
import { endOrder, sharedId } from './head.ts'
import { looseChanges } from './loose-changes.ts'
import { orphanChanges } from './orphan-changes.ts'
import type { PartitionQueue } from './partition-queue.ts'
import type { KafkaPlace } from './place.ts'
import { partitionId } from './place.ts'

/** Puts transactions together from the fronts of all partitions. */
export interface Assembler {
  /** The next one that is whole; or why there is none. @throws BanyanError */
  readonly next: () => Assembled | Pending
  /** What all partitions of the tables hold now, of which none is new; whenever it is asked for. */
  readonly looked: (ranges: readonly PartitionRange[]) => void
  /** As far as everything is yielded, or says nothing. */
  readonly place: () => KafkaPlace
  /** Commit time of the newest commit that was passed; null: none was. */
  readonly passedAt: () => EpochMs | null
  /** A transaction is begun with, and not whole yet. */
  readonly isBusy: () => boolean
  /** A sign of life: everything before this time has come. */
  readonly pass: (at: EpochMs) => void
}

/**
 * Transactions in the order of their ends in the transaction topic. Each table counts its changes of a transaction, so the
 * next one of it is known, and nothing need be sorted or kept: what belongs to a later transaction stays where it is.
 */
export const assembler = (options: AssemblyOptions): Assembler => {
  const assembly = newAssembly(options)
  return {
    next: () => next(assembly),
    looked: (ranges) => {
      assembly.looks += 1
      assembly.snapshotEnds ??= new Map(ranges.map(({ topic, partition, high }) => [partitionId(topic, partition), high]))
    },
    place: () => passedPlace(assembly),
    passedAt: () => assembly.passedAt,
    isBusy: () => assembly.head !== null,
    pass: (at) => {
      if (assembly.passedAt !== null && at <= assembly.passedAt) return
      assembly.passedAt = at
      assembly.sub += 1
    },
  }
}

const next = (assembly: Assembly): Assembled | Pending => {
  for (;;) {
    const loose = looseChanges(assembly)
    if (loose !== null) return loose
    const head = assembly.head ?? nextHead(assembly)
    if (head === null) return { kind: assembly.options.tables.some(isWaitedFor) ? 'waiting' : 'idle' }
    if (assembly.phase === 'snapshot' && head.left.size > 0) {
      if (assembly.snapshotEnds === null) return { kind: 'ranges-needed' }
      if (!isSnapshotOver(assembly, assembly.snapshotEnds)) return { kind: 'waiting' }
      assembly.phase = 'stream'
    }
    if (!collect(assembly, head)) {
      const { looks } = head
      return orphanChanges(assembly, head) ?? { kind: looks === assembly.looks ? 'ranges-needed' : 'waiting' }
    }
    assembly.head = null
    const done = finish(assembly, head)
    if (done !== null) return done
  }
}

/** The next transaction that ended. Null: none has come. */
const nextHead = (assembly: Assembly): Head | null => {
  for (const queue of assembly.options.boundaries) {
    for (let front = queue.front(); front !== null; front = queue.front()) {
      queue.take()
      const { content, record } = front
      if (content.kind === 'unreadable') assembly.lostEnd = true
      if (content.kind !== 'end') continue
      assembly.head = headOf(assembly, content, new Map([[queue.id, record.offset + 1]]))
      return assembly.head
    }
  }
  return null
}

const headOf = ({ options, again }: Assembly, end: Head['end'], offsets: Map<string, number>): Head => ({
  end,
  order: endOrder(end.id),
  left: new Map([...end.counts].filter(([collection, count]) => count > 0 && options.topicsOf(collection) !== null)),
  got: new Map(),
  changes: collecting(options.collecting),
  sinceMs: options.nowMs(),
  looks: null,
  offsets,
  unreadable: [],
  settles: new Map(),
  last: null,
  isKnown: again.delete(sharedId(end.id)),
  lastLogOrder: '',
})

/** Every partition has come to what was there when the first commit had come, or to a change that is no snapshot's. */
const isSnapshotOver = ({ options }: Assembly, ends: ReadonlyMap<string, number>): boolean =>
  options.tables.every((queue) => queue.front() !== null || queue.received() >= (ends.get(queue.id) ?? 0))

/** Null: nothing of it is captured, or it is known. */
const finish = (assembly: Assembly, head: Head): Assembled | null => {
  for (const [partition, offset] of head.offsets) assembly.offsets.set(partition, offset)
  for (const [partition, count] of head.settles) settle(assembly.unread, partition, count)
  passTime(assembly, head.end.at)
  if (head.isKnown) return null
  const order = head.order ?? head.last?.origin.logOrder ?? null
  if (order === null) assembly.sub += 1
  else {
    if (assembly.isBehind) throw anotherLog(assembly)
    assembly.order = order
    assembly.sub = 0
  }
  assembly.id = sharedId(head.end.id)
  if (head.last === null) return null
  const { committedAt } = head.last.origin
  passTime(assembly, committedAt)
  const { unreadable, changes } = head
  return {
    kind: 'transaction',
    place: yieldedPlace(assembly),
    id: assembly.id,
    committedAt,
    ordinal: 0,
    changes: changes.seal(),
    unreadable,
  }
}

const settle = (unread: Assembly['unread'], partition: string, count: number): void => {
  const left = (unread.get(partition) ?? []).slice(count)
  if (left.length > 0) unread.set(partition, left)
  else unread.delete(partition)
}

/** What cannot be read holds up nothing but the transaction that lacks it. */
const isWaitedFor = (queue: PartitionQueue): boolean => (queue.front()?.content.kind ?? 'unreadable') !== 'unreadable'
