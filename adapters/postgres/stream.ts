import type pg from 'pg'
import type { EpochMs } from '../../src/model/ids.ts'
import type { RawTransaction } from './assemble.ts'
import { assembler } from './assemble.ts'
import type { Copy } from './copy.ts'
import { startCopy } from './copy.ts'
import type { ItemQueue } from '../log/item-queue.ts'
import { itemQueue } from '../log/item-queue.ts'
import { unreachable } from './failure.ts'
import { keepInTouch } from './keep-in-touch.ts'
import type { LogEnd } from './log-end.ts'
import type { Settings } from './options.ts'
import type { RelationSources } from './relation.ts'
import type { Acknowledged } from './status.ts'
import { statusUpdate } from './status.ts'
import { transactionLog } from '../log/transaction-log.ts'
import type { Watch } from './watch.ts'

/** What the replication stream gives, undecoded, in commit order. */
export type StreamItem =
  | { readonly kind: 'transaction'; readonly raw: RawTransaction }
  | { readonly kind: 'progress'; readonly lsn: bigint; readonly at: EpochMs }

export interface StreamOptions {
  readonly client: pg.Client
  readonly settings: Settings
  readonly sources: RelationSources
  readonly acknowledged: Acknowledged
  readonly startSql: string
  /** Where the stream starts. The server decodes from further back, and its keepalives say so. */
  readonly from: bigint
  /** End when everything that committed before this LSN has come. Null: never. */
  readonly until: bigint | null
  /** The end of the log before the stream was started. */
  readonly logEnd: LogEnd
  readonly readLogEnd: () => Promise<LogEnd>
  readonly watch: Watch
  /** `wal_sender_timeout` of the server; 0: none. */
  readonly senderTimeoutMs: number
}

export interface ReplicationStream {
  /** Null at the end. */
  readonly take: () => Promise<StreamItem | null>
  /** Tells the server once more what is durable. */
  readonly stop: () => void
}

const frame = { data: 0x77, keepalive: 0x6b } as const

/** The reader asks this often while it waits for a known end. */
const pollMs = 20

/** Starts logical replication. Keepalives are answered at once, also while the socket is paused, with what is durable. */
export const startStream = async (options: StreamOptions): Promise<ReplicationStream> => {
  const { settings, until, acknowledged } = options
  let copy: Copy | null = null
  let heardAtMs = Date.now()
  let paused = false
  let stopped = false
  const flow = (stop: boolean): void => {
    paused = stop
    heardAtMs = Date.now()
    if (stop) copy?.pause()
    else copy?.resume()
  }
  const queue = itemQueue<StreamItem>({ highWaterBytes: settings.bufferBytes, pause: () => flow(true), resume: () => flow(false) })
  const items = receivedItems(queue, options)
  const assemble = assembler({
    sources: options.sources,
    newLog: (held) =>
      transactionLog({
        spoolFolder: settings.spoolFolder,
        thresholdBytes: settings.spoolThresholdBytes,
        ...(held === null ? {} : { held }),
      }),
    onEmpty: items.progress,
    onTransaction: items.transaction,
  })
  const tell = (replyNow: boolean): void =>
    copy?.send(statusUpdate({ received: items.received(), flushed: acknowledged.tell(), replyNow, nowMs: Date.now() }))
  const onMessage = (bytes: Buffer): void => {
    if (stopped) return
    heardAtMs = Date.now()
    if (bytes[0] === frame.data) assemble.message(bytes.subarray(25))
    if (bytes[0] !== frame.keepalive) return
    if (!assemble.inFlight()) items.progress(bytes.readBigUInt64BE(1))
    if (bytes[17] === 1) tell(false)
  }
  copy = await startCopy(options.client, { sql: options.startSql, onMessage })
  if (paused) copy.pause()
  const left = (): void => queue.fail(unreachable(settings, 'the server ended the stream'))
  copy.finished.then(left, queue.fail)
  tell(true)
  const touch = keepInTouch({
    ...options,
    look: options.watch.look,
    tell,
    askEveryMs: until === null ? settings.progressEveryMs : pollMs,
    // The time of a keepalive tells nothing: the server may still have much to send that is older.
    ask: async () => {
      if (items.isLookedFor()) return tell(true)
      items.lookFor(await options.readLogEnd())
      if (!stopped) tell(true)
    },
    silentMs: () => (paused ? 0 : Date.now() - heardAtMs),
    idle: () => !paused && !assemble.inFlight(),
    fail: queue.fail,
  })
  return {
    take: queue.take,
    stop: () => {
      touch[Symbol.dispose]()
      stopped = true
      assemble.discard()
      tell(false)
      copy = null
      queue.end()
      void releaseUntaken(queue)
    },
  }
}

const releaseUntaken = async (queue: ItemQueue<StreamItem>): Promise<void> => {
  try {
    for (let item = await queue.take(); item !== null; item = await queue.take()) if (item.kind === 'transaction') item.raw.log.release()
  } catch {
    // The failure that ended the stream; its reader knows of it.
  }
}

interface ReceivedItems {
  readonly transaction: (raw: RawTransaction) => void
  /** An empty transaction has a time of its own. */
  readonly progress: (lsn: bigint, committedAt?: EpochMs) => void
  /** When everything before an end of the log has come, its time has passed. */
  readonly lookFor: (end: LogEnd) => void
  readonly isLookedFor: () => boolean
  readonly received: () => bigint
}

const itemOverheadBytes = 512

/** Puts what was received into the queue, and ends it at the known end. */
const receivedItems = (queue: ItemQueue<StreamItem>, { settings, until, from, logEnd }: StreamOptions): ReceivedItems => {
  let received = from
  let lookedFor: LogEnd | null = logEnd
  let passed: EpochMs | null = null
  const pass = (at: EpochMs): void => {
    if (passed === null || at > passed) passed = at
  }
  const receive = (lsn: bigint): void => {
    received = lsn
    if (lookedFor === null || lsn < lookedFor.lsn) return
    pass(lookedFor.at)
    lookedFor = null
  }
  let itemAtMs = Date.now()
  const reached = (lsn: bigint): boolean => until !== null && lsn >= until
  return {
    received: () => received,
    lookFor: (end) => {
      lookedFor = end
      receive(received)
    },
    isLookedFor: () => lookedFor !== null,
    // A newer progress replaces an older one that nobody has taken; else the interval limits them.
    progress: (lsn, committedAt) => {
      if (lsn < received) return
      receive(lsn)
      if (committedAt !== undefined) pass(committedAt)
      if (passed === null) return
      const nowMs = Date.now()
      if (!reached(lsn) && nowMs - itemAtMs < settings.progressEveryMs) return
      itemAtMs = nowMs
      queue.replaceLast({ kind: 'progress', lsn, at: passed }, (last) => last.kind === 'progress')
      if (reached(lsn)) queue.end()
    },
    transaction: (raw) => {
      receive(raw.endLsn)
      pass(raw.begin.committedAt)
      itemAtMs = Date.now()
      if (reached(raw.begin.commitLsn)) {
        raw.log.release()
        queue.end()
        return
      }
      // A spooled one weighs nothing in memory, but a queue of them must not fill the disk.
      queue.push({ kind: 'transaction', raw }, (raw.log.memoryBytes || settings.bufferBytes / 2) + itemOverheadBytes)
      if (reached(raw.endLsn)) queue.end()
    },
  }
}
