import { setImmediate } from 'node:timers/promises'
import type { SourceItem } from '../../src/model/change-event.ts'
import type { ReadOptions } from '../../src/ports/change-source.ts'
import { gaveUp, retries } from '../log/retries.ts'
import type { SealedLog } from '../log/sealed-log.ts'
import type { KafkaClient, Membership, PartitionRange } from './client.ts'
import { failure, isStarting, movedOn, sourceError } from './failure.ts'
import { checkAllHeld } from './held-places.ts'
import { progressOf, transactionOf } from './items.ts'
import type { Settings } from './options.ts'
import type { PartitionQueue } from './partition-queue.ts'
import type { KafkaPlace } from './place.ts'
import { epochOf, parseToken, partitionId } from './place.ts'
import type { Session } from './session.ts'
import { openSession } from './session.ts'
import { tableTopics } from './table-topics.ts'
import type { Turns } from './turn.ts'

/** What lives as long as the source. */
export interface ReadingState {
  readonly settings: Settings
  readonly newClient: (settings: Settings) => KafkaClient
  /** Files of large transactions that the consumer may still read. */
  readonly spools: { readonly keep: (place: KafkaPlace, log: SealedLog) => void }
  readonly turns: Turns
  session: Session | null
}

/** Everything from a place on. Brokers that are gone are tried again, and reading goes on behind the last item. */
export async function* reading(state: ReadingState, options: ReadOptions): AsyncGenerator<SourceItem> {
  const { settings } = state
  const { signal } = options
  const again = retries({ forMs: settings.reconnectForMs })
  let { from } = options
  let begun = false
  let hasMovedOn = false
  try {
    while (!signal.aborted) {
      const client = state.newClient(settings)
      try {
        for await (const item of readOnce(state, client, { ...options, from })) {
          begun = true
          from = item.token
          again.succeeded()
          yield item
        }
        return
      } catch (error) {
        if (signal.aborted) return
        const reason = failure(error, settings)
        hasMovedOn = reason.code === 'source-moved-on'
        if ((!begun && !isStarting(error)) || !reason.retryable || hasMovedOn) throw reason
        options.onNotice?.(`${reason.message}: trying to go on from the last transaction`)
        if (!(await again.wait(signal)) && !signal.aborted) throw gaveUp(reason, settings.reconnectForMs)
      } finally {
        await client.close()
      }
    }
  } finally {
    await state.turns.end(hasMovedOn)
  }
}

async function* readOnce(state: ReadingState, client: KafkaClient, options: ReadOptions): AsyncGenerator<SourceItem> {
  const { settings } = state
  const { from, signal, until, onNotice = () => {} } = options
  const captured = await settings.tables()
  const topics = tableTopics(settings, captured)
  const asked = [
    ...topics.topics,
    ...(settings.transactionTopic ? [settings.connector.transactionTopic] : []),
    settings.connector.heartbeatTopic,
  ]
  const epoch = epochOf(await client.clusterId(), settings.connector.prefix)
  const known = from === null ? null : parseToken(from)
  checkEpoch(settings, known, epoch)
  let ranges = await client.ranges(asked)
  checkTransactionTopic(settings, ranges)
  const ends = until === 'current' ? endsOf(ranges) : null
  let start = known ?? firstPlace(epoch)
  let member: Membership | null = null
  while (!signal.aborted) {
    const [topic] = ranges
    if (member === null && topic !== undefined) {
      member = await state.turns.take(client, topic.topic, options)
      if (member === null) return
    }
    const session = await openSession({ settings, client, member, captured, topics, start, isFirst: known === null, ranges, onNotice })
    state.session = session
    try {
      const newRanges = yield* readSession(state, session, { client, member, asked, ends, signal })
      if (newRanges === null) return
      onNotice(tellMore(settings, session, newRanges))
      ranges = newRanges
      start = session.assemble.place()
    } finally {
      state.session = null
      await session.stop()
    }
  }
}

const firstPlace = (epoch: string): KafkaPlace => ({
  epoch,
  phase: 'snapshot',
  order: '',
  id: '',
  sub: 0,
  rows: 0,
  snapshot: '',
  at: 0,
  lostEnd: false,
  offsets: new Map(),
  marks: new Map(),
  unread: new Map(),
})

const checkEpoch = (settings: Settings, known: KafkaPlace | null, epoch: string): void => {
  if (known === null || known.epoch === epoch) return
  throw sourceError(
    settings,
    'source-epoch-changed',
    `the resume token is of ${known.epoch}, the brokers and the connector are ${epoch}`,
    'connect to the brokers that the store was filled from, or begin again with an empty store',
  )
}

const checkTransactionTopic = (settings: Settings, ranges: readonly PartitionRange[]): void => {
  const partitions = ranges.filter(({ topic }) => topic === settings.connector.transactionTopic)
  if (partitions.length <= 1) return
  throw sourceError(
    settings,
    'source-preflight',
    `${settings.connector.transactionTopic} has ${partitions.length} partitions: the ends of transactions have no order`,
    'make it anew with one partition, with a new connector',
  )
}

type Ends = ReadonlyMap<string, number>

const endsOf = (ranges: readonly PartitionRange[]): Ends =>
  new Map(ranges.map(({ topic, partition, high }) => [partitionId(topic, partition), high]))

interface SessionReading {
  readonly client: KafkaClient
  readonly member: Membership | null
  readonly asked: readonly string[]
  /** Null: read on and on. */
  readonly ends: Ends | null
  readonly signal: AbortSignal
}

/** So often sockets are looked at while there is work: the next records come meanwhile. */
const breathMs = 5

/** Returns what the topics hold once there are new ones; null at the end. */
async function* readSession(
  state: ReadingState,
  session: Session,
  reading: SessionReading,
): AsyncGenerator<SourceItem, readonly PartitionRange[] | null> {
  const { settings } = state
  const { client, member, asked, ends, signal } = reading
  const { assemble } = session
  let told = assemble.place()
  let itemAtMs = 0
  let breathAtMs = 0
  let topicsAtMs = Date.now()
  while (!signal.aborted) {
    checkTurn(settings, member)
    session.listen()
    const verdict = session.unreadable.verdict()
    if (verdict !== null) {
      yield progressOf(assemble.place(), assemble.passedAt())
      throw verdict
    }
    const item = ends !== null && isReached(session, ends) ? 'end' : assemble.next()
    const unreadable = session.unreadable.take()
    // Before what lies behind them.
    if (unreadable.length > 0) yield progressOf(told, assemble.passedAt(), unreadable)
    if (item === 'end') {
      yield progressOf(assemble.place(), assemble.passedAt())
      return null
    }
    if (item.kind === 'transaction' || item.kind === 'snapshot') {
      if (item.changes.log !== null) state.spools.keep(item.place, item.changes.log)
      itemAtMs = Date.now()
      told = item.place
      yield transactionOf(settings.name, item)
      if (itemAtMs - breathAtMs >= breathMs) {
        await setImmediate()
        breathAtMs = Date.now()
      }
      continue
    }
    if (item.kind === 'ranges-needed') {
      const ranges = await client.ranges(asked)
      if (hasMore(session, ranges)) return ranges
      assemble.looked(ranges)
      continue
    }
    if (ends === null && item.kind === 'idle' && Date.now() - itemAtMs >= settings.progressEveryMs) {
      itemAtMs = Date.now()
      told = assemble.place()
      yield progressOf(told, assemble.passedAt())
      continue
    }
    const isLooking = Date.now() - topicsAtMs >= settings.topicsEveryMs
    if (isLooking || (item.kind === 'idle' && session.quietAt() !== null)) {
      topicsAtMs = Date.now()
      const ranges = await rangesNow(settings, session, reading)
      passQuietTime(session, ranges)
      if (ends === null && hasMore(session, ranges)) return ranges
    }
    await session.wait(Math.min(settings.progressEveryMs, settings.settleMs), signal)
  }
  return null
}

/** @throws BanyanError source-moved-on */
const checkTurn = (settings: Settings, member: Membership | null): void => {
  member?.checked()
  if (member?.isReader() === false) throw movedOn(settings)
}

/** What the topics hold now. @throws BanyanError source-position-lost where they no longer hold what comes next */
const rangesNow = async (settings: Settings, session: Session, { client, asked }: SessionReading): Promise<readonly PartitionRange[]> => {
  const received = [...session.tables, ...session.boundaries].map((queue) => ({ queue, next: queue.received() }))
  const ranges = await client.ranges(asked)
  checkAllHeld(settings, received, ranges)
  return ranges
}

/** Heartbeats may come before what was written before them: their time has passed once all of that is here, and nothing was. */
const passQuietTime = ({ quietAt, pass, tables, boundaries }: Session, ranges: readonly PartitionRange[]): void => {
  const at = quietAt()
  const ends = endsOf(ranges)
  const queues = [...tables, ...boundaries]
  if (at === null || !queues.every((queue) => queue.front() === null && queue.received() >= (ends.get(queue.id) ?? 0))) return
  pass(at)
}

const hasMore = ({ partitions }: Session, ranges: readonly PartitionRange[]): boolean =>
  ranges.some(({ topic, partition }) => !partitions.has(partitionId(topic, partition)))

/** New topics, and new partitions of those that were there. */
const tellMore = ({ transactionTopic }: Settings, { partitions }: Session, ranges: readonly PartitionRange[]): string => {
  const before = new Set([...partitions].map((id) => id.slice(id.indexOf(' ') + 1)))
  const more = ranges.filter(({ topic, partition }) => !partitions.has(partitionId(topic, partition)))
  const places = new Set(more.map(({ topic, partition }) => (before.has(topic) ? `${topic}[${partition}]` : topic)))
  const moved = more.some(({ topic }) => before.has(topic)) && !transactionTopic
  return `new: ${[...places].join(', ')}${moved ? '; keys may have moved there, and without a transaction topic nothing tells which of two changes of one row was first' : ''}`
}

/** Everything that had ended when the read began is yielded. */
const isReached = ({ assemble, tables, boundaries }: Session, ends: Ends): boolean => {
  const endOf = ({ id }: PartitionQueue): number => ends.get(id) ?? 0
  if (assemble.isBusy() || !boundaries.every((queue) => queue.passed() >= endOf(queue))) return false
  return tables.every((queue) => {
    if (queue.received() < endOf(queue)) return false
    const front = queue.front()
    // What belongs to a transaction without an end had not been committed as far as the topics know.
    return (
      front === null ||
      queue.passed() >= endOf(queue) ||
      (boundaries.length > 0 &&
        (front.content.kind === 'unreadable' || (front.content.kind === 'change' && front.content.membership !== null)))
    )
  })
}
