import { setImmediate as turn } from 'node:timers/promises'
import { BanyanError } from '../../../src/model/errors.ts'
import type { ResumeToken, TableName } from '../../../src/model/ids.ts'
import { resumeToken } from '../../../src/model/ids.ts'
import type { EmitProgress, EmitRun } from '../../../src/ports/change-emitter.ts'
import type { ChangeSource, SourceTable } from '../../../src/ports/change-source.ts'
import { gaveUp, retries } from '../../log/retries.ts'
import type { ConnectorConfig } from '../connector-settings.ts'
import type { ProducerOptions, TransactionalProducer } from '../produce/transactional-producer.ts'
import { transactionalProducer } from '../produce/transactional-producer.ts'
import type { Committing } from './committing.ts'
import { committing } from './committing.ts'
import type { EmitPosition } from './emit-position.ts'
import { parsePosition, placeBefore } from './emit-position.ts'
import type { MarkedPart } from './emit-part.ts'
import { marked, partsOf } from './emit-part.ts'
import type { EmitSettings } from './emit-settings.ts'
import { emitSettings } from './emit-settings.ts'
import type { EnvelopeWriter } from './envelope-writer.ts'
import { envelopeWriter } from './envelope-writer.ts'
import type { LogPlace } from './log-place.ts'
import { logPlace } from './log-place.ts'
import type { EmittedTable } from './table-writer.ts'
import { topicOfTable } from './table-writer.ts'

/** Where envelopes go, and how they are written. */
export interface EmitTarget {
  /** Brokers; the name, by default `emit.{topic.prefix}`, is that of this emission: one instance at a time runs under it. */
  readonly kafka: Omit<ProducerOptions, 'name'> & { readonly name?: string }
  /** Properties by the connector's own names; `topic.prefix` is needed. */
  readonly connector: ConnectorConfig
  /** Schema (of MySQL: database) of tables that are named without one; default `public`. */
  readonly schema?: string
  /** The least time from one Kafka transaction to the next. Default 50 ms. */
  readonly commitEveryMs?: number
  /** How long brokers that are gone are tried again; 0: not at all. Default 5 min. */
  readonly reconnectForMs?: number
}

export interface EmitDebeziumOptions extends EmitTarget {
  readonly source: ChangeSource
  /** Ends it; what is not committed then comes again with the next run. */
  readonly signal: AbortSignal
  /** `current`: end once everything that is committed now is in Kafka. */
  readonly until?: 'current'
  readonly onProgress?: (progress: EmitTotals) => void
  /** What people should know of, in a sentence. */
  readonly onNotice?: (text: string) => void
}

export interface EmitTotals {
  /** Changes that are committed in Kafka, of this run. */
  readonly changes: number
}

/**
 * Writes a source's changes to Kafka as Debezium's connectors would, without a store between. Transactions of the source go
 * whole into transactions of Kafka, each with the place where to go on: a reader with `read_committed` sees every change once,
 * in order, whenever this process was killed. The source is told that it may forget only what is committed in Kafka.
 *
 * @throws BanyanError sink-*, source-*, config-invalid.
 */
export const emitDebezium = async (options: EmitDebeziumOptions): Promise<EmitTotals> => {
  const { source, until, onNotice = () => {}, onProgress = () => {} } = options
  return emit({
    ...options,
    onNotice,
    onProgress,
    from: {
      read: (from, signal) =>
        partsOf(source.read({ from: from as ResumeToken | null, signal, onNotice, ...(until === undefined ? {} : { until }) })),
      ...(source.resumable === undefined ? {} : { resumable: (token) => source.resumable?.(resumeToken(token)) ?? Promise.resolve(false) }),
      acknowledge: (token) => source.acknowledge(resumeToken(token)),
      tables: source.tables,
    },
  })
}

type EmitOptions = EmitTarget & EmitRun

/** The same of anything that can be emitted. Brokers that are gone are tried again, from what they have. */
export const emit = async (options: EmitOptions): Promise<EmitTotals> => {
  const settings = emitSettings(options.connector, options.schema)
  const again = retries({ forMs: options.reconnectForMs ?? 300_000 })
  let changes = 0
  const onCommitted = (count: number): void => {
    again.succeeded()
    changes += count
    options.onProgress({ changes })
  }
  while (!options.signal.aborted) {
    try {
      await emitOnce(options, settings, onCommitted)
      break
    } catch (error) {
      if (options.signal.aborted) break
      if (!(error instanceof BanyanError) || error.code !== 'sink-unreachable') throw error
      options.onNotice(`${error.message}: trying to go on from what the brokers have`)
      if (!(await again.wait(options.signal))) throw gaveUp(error, options.reconnectForMs ?? 300_000)
    }
  }
  return { changes }
}

const emitOnce = async (options: EmitOptions, settings: EmitSettings, onCommitted: (changes: number) => void): Promise<void> => {
  const { from, kafka, onNotice } = options
  const stopped = new AbortController()
  const signal = AbortSignal.any([options.signal, stopped.signal])
  await using producer = await transactionalProducer({ ...kafka, name: kafka.name ?? `emit.${settings.connector.prefix}` })
  const start = producer.position === null ? null : parsePosition(producer.position)
  const commits = committing({
    producer,
    everyMs: options.commitEveryMs ?? 50,
    onCommitted: (at, changes) => {
      from.acknowledge(at.token)
      onCommitted(changes)
    },
    onFailure: (error) => stopped.abort(error),
  })
  try {
    if (start?.isSnapshot === true && (await from.resumable?.(start.token)) === false) onNotice(beginsAgain)
    const topics = await preparing(producer, settings, (await from.tables()).map(emittedTable))
    const writing = { writer: envelopeWriter(settings), producer, commits, topics, start }
    for (const table of topics.tables) writing.writer.know(table)
    await writeAll(marked(from.read(start?.token ?? null, signal), start !== null), writing)
    if (!signal.aborted) await commits.flush()
  } finally {
    commits.stop()
  }
  if (stopped.signal.aborted) throw stopped.signal.reason
}

const beginsAgain =
  'the snapshot was left in the middle, and its source cannot go on with it: its rows are written again, and one that has gone since stays in its topic'

const emittedTable = ({ name, columns }: SourceTable): EmittedTable => ({
  name,
  columns,
  key: columns
    .filter(({ keyOrder }) => keyOrder !== null)
    .toSorted((a, b) => (a.keyOrder ?? 0) - (b.keyOrder ?? 0))
    .map((column) => column.name),
})

interface Topics {
  readonly tables: readonly EmittedTable[]
  readonly prepare: (tables: readonly TableName[]) => Promise<void>
}

/** Topics are made before the first record: that of transactions with one partition, whatever the others have. */
const preparing = async (producer: TransactionalProducer, settings: EmitSettings, tables: readonly EmittedTable[]): Promise<Topics> => {
  const known = new Set<TableName>()
  const prepare = async (names: readonly TableName[]): Promise<void> => {
    const fresh = names.filter((name) => !known.has(name))
    if (fresh.length === 0) return
    await producer.prepare(fresh.map((name) => topicOfTable(name, settings)))
    for (const name of fresh) known.add(name)
  }
  await prepare(tables.map(({ name }) => name))
  if (settings.transactions) await producer.prepare([settings.connector.transactionTopic], { partitions: 1 })
  return { tables, prepare }
}

interface Writing {
  readonly writer: EnvelopeWriter
  readonly producer: TransactionalProducer
  readonly commits: Committing
  readonly topics: Topics
  readonly start: EmitPosition | null
}

/** Commits are made beside, and their answers must be heard. */
const turnEveryChanges = 5_000

const writeAll = async (items: AsyncIterable<MarkedPart | EmitProgress>, writing: Writing): Promise<void> => {
  const { writer, producer, commits, topics, start } = writing
  let last = start?.last ?? ''
  let before: LogPlace | null = start === null ? null : placeBefore(start)
  let isFull = false
  let sinceTurn = 0
  let count = 0
  const put: Parameters<EnvelopeWriter['change']>[2] = (record) => {
    if (!producer.add(record)) isFull = true
  }
  for await (const item of items) {
    if (item.kind === 'progress') {
      commits.pass({ token: item.token, last, isSnapshot: false })
      continue
    }
    const { header } = item
    if (item.isFirst) {
      count = 0
      commits.begin()
      await topics.prepare(item.described.flatMap(({ shape }) => (shape === null ? [] : [shape.table])))
      writer.begin(item, before, put)
    }
    for (let place = 0; place < item.changes.length; place += 1) {
      const change = item.changes[place]
      if (change !== undefined) writer.change(change, item.markOf(place), put)
      if (isFull) {
        await producer.drained()
        isFull = false
      }
    }
    count += item.changes.length
    sinceTurn += item.changes.length
    if (item.isLast) {
      writer.end(put)
      if (!header.snapshot) {
        last = header.position
        before = logPlace(header.position)
      }
      await commits.end({ token: item.token, last, isSnapshot: header.snapshot && !item.reread }, count)
    }
    if (sinceTurn >= turnEveryChanges) {
      sinceTurn = 0
      await turn()
    }
  }
}
