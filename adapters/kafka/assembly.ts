import type { UnreadableRecord } from '../../src/model/change-event.ts'
import { epochMs } from '../../src/model/ids.ts'
import type { EpochMs, TableName } from '../../src/model/ids.ts'
import type { BanyanError } from '../../src/model/errors.ts'
import type { CollectingOptions } from './collected.ts'
import type { Origin } from './debezium-record.ts'
import { sourceError } from './failure.ts'
import type { Head } from './head.ts'
import type { Settings } from './options.ts'
import type { PartitionQueue } from './partition-queue.ts'
import type { KafkaPlace } from './place.ts'

export interface AssemblyOptions {
  readonly settings: Settings
  readonly collecting: CollectingOptions
  readonly start: KafkaPlace
  /** Of the tables' topics, in a fixed order. */
  readonly tables: readonly PartitionQueue[]
  /** What was in each partition when the read began. */
  readonly reaches: ReadonlyMap<string, number>
  /** Of the transaction topic. */
  readonly boundaries: readonly PartitionQueue[]
  /** Topics of a captured table, by its name in the transaction topic; null: it is not captured. */
  readonly topicsOf: (collection: string) => ReadonlySet<string> | null
  readonly captured: readonly TableName[]
  readonly onNotice: (text: string) => void
  readonly nowMs: () => number
}

/** What is known while transactions are put together. */
export interface Assembly {
  readonly options: AssemblyOptions
  /** Partitions of a captured table, by its name in the transaction topic. */
  readonly queuesOf: (collection: string) => readonly PartitionQueue[]
  head: Head | null
  phase: KafkaPlace['phase']
  order: string
  id: string
  sub: number
  rows: number
  snapshot: string
  /** Behind what was yielded, by partition. */
  readonly offsets: Map<string, number>
  /** Of changes outside of transactions: the last of each partition, in the order of the log. */
  readonly marks: Map<string, string>
  /** What the partitions of the tables held when the first commit had come. */
  snapshotEnds: ReadonlyMap<string, number> | null
  /** How often was looked for new partitions. */
  looks: number
  passedAt: EpochMs | null
  /** The same without signs of life, which are not the same in every read. */
  toldAt: EpochMs | null
  /** A record of the transaction topic could not be read. */
  lostEnd: boolean
  /** A partition begins with a change of a transaction whose end is lost. */
  orphan: PartitionQueue | null
  /** Records that could not be read and were passed over before it was known whether a transaction lacks them, by partition. */
  readonly unread: Map<string, readonly UnreadableRecord[]>
  /** Something came again, and not yet all of it. */
  isBehind: boolean
  /** Transactions of which changes came again. */
  readonly again: Set<string>
}

export const newAssembly = (options: AssemblyOptions): Assembly => ({
  options,
  queuesOf: queuesByTable(options),
  head: null,
  ...options.start,
  offsets: new Map(options.start.offsets),
  marks: new Map(options.start.marks),
  unread: new Map(options.start.unread),
  snapshotEnds: null,
  looks: 0,
  passedAt: options.start.at === 0 ? null : epochMs(options.start.at),
  toldAt: options.start.at === 0 ? null : epochMs(options.start.at),
  orphan: null,
  isBehind: false,
  again: new Set(),
})

const queuesByTable = ({ tables, topicsOf }: AssemblyOptions): Assembly['queuesOf'] => {
  const known = new Map<string, readonly PartitionQueue[]>()
  return (collection) => {
    const queues = known.get(collection) ?? tables.filter(({ topic }) => topicsOf(collection)?.has(topic) === true)
    known.set(collection, queues)
    return queues
  }
}

const maxUnread = 20

/** Passes over a record that cannot be read, and remembers it until it is known whether a transaction lacks it. */
export const passOver = ({ unread }: Assembly, queue: PartitionQueue, { where, reason }: UnreadableRecord): void => {
  const known = unread.get(queue.id) ?? []
  queue.take()
  if (!known.some((each) => each.where === where)) unread.set(queue.id, [...known, { where, reason }].slice(-maxUnread))
}

/** Exactly what was yielded: the same commit has the same token in every read. */
export const yieldedPlace = ({ options, toldAt, offsets, marks, unread, ...assembly }: Assembly): KafkaPlace => ({
  epoch: options.start.epoch,
  phase: assembly.phase,
  order: assembly.order,
  id: assembly.id,
  sub: assembly.sub,
  rows: assembly.rows,
  snapshot: assembly.snapshot,
  at: toldAt ?? 0,
  lostEnd: assembly.lostEnd,
  offsets: new Map(offsets),
  marks: new Map(marks),
  unread: options.boundaries.length === 0 ? new Map() : new Map(unread),
})

/** The same, and what says nothing besides. */
export const passedPlace = (assembly: Assembly): KafkaPlace => {
  const place = yieldedPlace(assembly)
  // The end of a transaction in the works is taken, but not done with.
  if (assembly.head !== null) return place
  const { tables, boundaries } = assembly.options
  return {
    ...place,
    at: assembly.passedAt ?? 0,
    offsets: new Map([...place.offsets, ...[...tables, ...boundaries].map((queue) => [queue.id, queue.passed()] as const)]),
  }
}

export const passTime = (assembly: Assembly, at: EpochMs | null): void => {
  if (at === null) return
  if (assembly.passedAt === null || at > assembly.passedAt) assembly.passedAt = at
  if (assembly.toldAt === null || at > assembly.toldAt) assembly.toldAt = at
}

/** A connector that was started again writes some records twice. Those of commits that are done with are known. */
export const isKnownChange = ({ order }: Assembly, origin: Origin | null): boolean => {
  if (order === '' || origin === null || origin.snapshot !== 'no') return false
  if (origin.connector === 'postgresql') return origin.commitOrder !== null && origin.commitOrder < order
  return origin.logOrder !== null && origin.logOrder <= order
}

export const anotherLog = ({ options, order }: Assembly): BanyanError =>
  sourceError(
    options.settings,
    'source-epoch-changed',
    `the topics go on from before ${order}, and not through it: the connector reads another database, or one that was restored`,
    'begin again with an empty store, and a connector with fresh topics',
  )
