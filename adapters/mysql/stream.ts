import type { EpochMs } from '../../src/model/ids.ts'
import type { Assembler, Covered, RawTransaction } from './assemble.ts'
import { assembler } from './assemble.ts'
import type { BinlogPlace } from './binlog-place.ts'
import { comparePlaces } from './binlog-place.ts'
import type { BinlogSession } from './binlog-session.ts'
import { startBinlog } from './binlog-session.ts'
import type { TableSources } from './described-tables.ts'
import { describedTables } from './described-tables.ts'
import { sourceError } from './failure.ts'
import { gtidsOf } from './gtids.ts'
import type { ItemQueue } from '../log/item-queue.ts'
import { itemQueue } from '../log/item-queue.ts'
import { heartbeatMsOf, keepInTouch } from './keep-in-touch.ts'
import type { LogEnd } from './log-end.ts'
import type { Settings } from './options.ts'
import type { Server } from './server.ts'
import { transactionLog } from '../log/transaction-log.ts'

/** What the log gives, undecoded, in commit order. */
export type StreamItem =
  | { readonly kind: 'transaction'; readonly raw: RawTransaction }
  | { readonly kind: 'progress'; readonly covered: Covered; readonly at: EpochMs }

export interface StreamOptions {
  readonly settings: Settings
  readonly server: Server
  readonly tables: TableSources
  /** What is known already, and where reading starts. */
  readonly covered: Covered
  /** End when everything that committed before this place has come. Null: never. */
  readonly until: BinlogPlace | null
  /** The end of the log before the stream was started. */
  readonly logEnd: LogEnd
  readonly readLogEnd: () => Promise<LogEnd>
  /** Gives up a start that is under way. */
  readonly signal: AbortSignal
}

export interface BinlogStream {
  /** Null at the end. */
  readonly take: () => Promise<StreamItem | null>
  readonly stop: () => void
}

/** The reader asks this often while it waits for a known end. */
const pollMs = 20

/** Starts a dump of the binlog. Resolves once the server has agreed to it. */
export const startStream = async (options: StreamOptions): Promise<BinlogStream> => {
  const { settings, covered, until } = options
  let session: BinlogSession | null = null
  let heardAtMs = Date.now()
  let paused = false
  let stopped = false
  const flow = (stop: boolean): void => {
    paused = stop
    heardAtMs = Date.now()
    if (stop) session?.pause()
    else session?.resume()
  }
  const queue = itemQueue<StreamItem>({ highWaterBytes: settings.bufferBytes, pause: () => flow(true), resume: () => flow(false) })
  const items = receivedItems(queue, options, () => assemble.covered())
  const assemble: Assembler = assembler({
    from: covered.from,
    known: covered.end,
    gtids: gtidsOf(options.server.flavour, covered.gtids),
    tables: describedTables(options.tables),
    log: transactionLog({ spoolFolder: settings.spoolFolder, thresholdBytes: settings.spoolThresholdBytes }),
    onTransaction: items.transaction,
    onPassed: items.passed,
  })
  items.passed(covered.end)
  session = await startBinlog({
    settings,
    from: covered.from,
    gtids: covered.gtids,
    heartbeatMs: heartbeatMsOf(settings),
    signal: options.signal,
    onChecksums: assemble.checksums,
    onEvent: (bytes) => {
      if (stopped) return
      heardAtMs = Date.now()
      assemble.event(bytes)
    },
    onEnd: (error) =>
      queue.fail(error ?? sourceError(settings, 'source-unreachable', 'the server ended the log', 'read on from the last position')),
  })
  if (paused) session.pause()
  const touch = keepInTouch({
    settings,
    askEveryMs: until === null ? settings.progressEveryMs : pollMs,
    ask: async () => {
      if (items.isLookedFor()) return
      const end = await options.readLogEnd()
      if (!stopped) items.lookFor(end)
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
      session?.close()
      session = null
      assemble.discard()
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
  /** A transaction without a captured change has a time of its own. */
  readonly passed: (place: BinlogPlace, committedAt?: EpochMs) => void
  /** When everything before an end of the log has come, its time has passed. */
  readonly lookFor: (end: LogEnd) => void
  readonly isLookedFor: () => boolean
}

const itemOverheadBytes = 512

/** Puts what was received into the queue, and ends it at the known end. */
const receivedItems = (
  queue: ItemQueue<StreamItem>,
  { settings, until, covered, logEnd }: StreamOptions,
  coveredNow: () => Covered,
): ReceivedItems => {
  let received = covered.end
  let lookedFor: LogEnd | null = logEnd
  let passedAt: EpochMs | null = null
  let itemAtMs = Date.now()
  const pass = (at: EpochMs): void => {
    if (passedAt === null || at > passedAt) passedAt = at
  }
  const receive = (place: BinlogPlace): void => {
    received = place
    if (lookedFor === null || comparePlaces(place, lookedFor.place) < 0) return
    pass(lookedFor.at)
    lookedFor = null
  }
  const reached = (place: BinlogPlace): boolean => until !== null && comparePlaces(place, until) >= 0
  // A newer progress replaces an older one that nobody has taken; else the interval limits them.
  const passed: ReceivedItems['passed'] = (place, committedAt) => {
    if (comparePlaces(place, received) < 0) return
    receive(place)
    if (committedAt !== undefined) pass(committedAt)
    if (passedAt === null) return
    const nowMs = Date.now()
    if (!reached(place) && nowMs - itemAtMs < settings.progressEveryMs) return
    itemAtMs = nowMs
    queue.replaceLast({ kind: 'progress', covered: coveredNow(), at: passedAt }, (last) => last.kind === 'progress')
    if (reached(place)) queue.end()
  }
  return {
    passed,
    lookFor: (end) => {
      lookedFor = end
      passed(received)
    },
    isLookedFor: () => lookedFor !== null,
    transaction: (raw) => {
      receive(raw.end)
      pass(raw.committedAt)
      itemAtMs = Date.now()
      if (until !== null && comparePlaces(raw.end, until) > 0) {
        raw.log.release()
        queue.end()
        return
      }
      // A spooled one weighs nothing in memory, but a queue of them must not fill the disk.
      queue.push({ kind: 'transaction', raw }, (raw.log.memoryBytes || settings.bufferBytes) + itemOverheadBytes)
      if (reached(raw.end)) queue.end()
    },
  }
}
