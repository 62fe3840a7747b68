import type { SourceItem, TransactionHeader } from '../model/change-event.ts'
import { BanyanError } from '../model/errors.ts'
import type { HiddenRule } from '../model/hidden-rule.ts'
import type { EpochMs, Position } from '../model/ids.ts'
import { epochMs } from '../model/ids.ts'
import type { Night } from '../model/night.ts'
import type { PairedDecision } from '../model/paired-decision.ts'
import type { Totals } from '../ports/archive-reader.ts'
import type { ChangeSource } from '../ports/change-source.ts'
import type { DecisionSpool } from '../ports/decision-spool.ts'
import type { DeclaredDeliveries, DeliverySource } from '../ports/delivery-source.ts'
import type { Store } from '../ports/store.ts'
import type { PipelineConfig } from './config.ts'
import { mineContext } from './mine.ts'
import { night } from './night.ts'
import type { ContextRun } from './offline/context-run.ts'
import { createContextRun } from './offline/context-run.ts'
import { createMemorySpool } from './offline/memory-spool.ts'
import { createOfflineStore } from './offline/offline-store.ts'
import { createDeliveryReader } from './offline/read-deliveries.ts'
import { createTransactionReader } from './offline/read-transactions.ts'
import { createRowHistory } from './offline/row-history.ts'
import { inSourceTime } from './source-time.ts'

/** Where an offline run stands. */
export interface OfflineProgress {
  readonly phase: 'reading' | 'mining' | 'telling' | 'done'
  readonly transactions: number
  readonly changes: number
  readonly events: number
  readonly classified: number
  /** How far the legacy's log has been read, in the source's time; null before the first transaction. */
  readonly at: EpochMs | null
}

export interface OfflineOptions {
  /** Its own `source` is not used, and its `time` only where the transactions are not in the source's time yet. */
  readonly config: PipelineConfig
  /** Read from its beginning, more than once, also while another reading is under way. */
  readonly transactions: ChangeSource
  /** Null: every store is filled at once, and the candidate decides when the trigger is captured. */
  readonly deliveries: DeliverySource | null
  readonly signal: AbortSignal
  /** The instant of the report, for `generatedAt`. */
  readonly now: EpochMs
  /** Where classified decisions wait until mining has had its say; default: in memory. One a context. */
  readonly spool?: () => Promise<DecisionSpool>
  readonly onProgress?: (progress: OfflineProgress) => void
  /** Each decision with its final verdict, in as-of order, context by context. */
  readonly onVerdict?: (decision: PairedDecision) => void
}

export interface OfflineResult {
  readonly night: Night
  /** Provisional and confirmed ones, of all contexts. */
  readonly rules: readonly HiddenRule[]
  readonly leads: readonly HiddenRule[]
  /** Decisions with a verdict. */
  readonly decisions: number
  /** What of the recordings belonged to nothing. */
  readonly leftOver: readonly string[]
}

/** Settled decisions are classified each time when so many transactions have been read. */
const lookEvery = 1_000

/**
 * The whole dual run over recordings, in one pass and in memory that does not grow with their length: the same files give the same verdicts.
 *
 * @throws BanyanError fixture-invalid, rule-*, context-invalid; the signal's reason.
 */
export const offlineRun = async (options: OfflineOptions): Promise<OfflineResult> => {
  const { config, transactions, deliveries, signal } = options
  const declared: DeclaredDeliveries = (await deliveries?.declared()) ?? { feeds: {}, decided: [] }
  const spools: DecisionSpool[] = []
  try {
    const runs: ContextRun[] = []
    for (const context of config.contexts) {
      const spool = await (options.spool ?? createMemorySpool)()
      spools.push(spool)
      runs.push(createContextRun({ context, spool, declared, deliveries: deliveries?.name ?? 'deliveries', signal }))
    }
    const progress = createProgress(options, runs)
    const totals = await readAll(options, runs, progress)
    progress.phase('mining')
    const store = createOfflineStore({ runs, totals, history: () => createRowHistory(transactions, signal) })
    const tables = await transactions.tables()
    for (const context of config.contexts) await mineContext({ context, store, source: transactions.name, tables })
    progress.phase('telling')
    const told = await night({ config: { ...config, source: transactions }, store: telling(store, options.onVerdict), now: options.now })
    const rules = told.contexts.flatMap((context) => context.rules)
    progress.phase('done')
    return {
      night: told,
      rules: rules.filter((rule) => rule.status !== 'lead'),
      leads: rules.filter((rule) => rule.status === 'lead'),
      decisions: runs.reduce((sum, run) => sum + run.counts().classified, 0),
      leftOver: runs.flatMap((run) => run.leftOver()),
    }
  } finally {
    for (const spool of spools) await spool[Symbol.asyncDispose]()
  }
}

/** One pass over the log, with the deliveries merged in by the source's time. */
const readAll = async (options: OfflineOptions, runs: readonly ContextRun[], progress: Progress): Promise<Totals> => {
  const { config, transactions, signal } = options
  const translate = await createTransactionReader({ config, transactions, signal })
  const deliveries = options.deliveries === null ? null : createDeliveryReader(options.deliveries, runs, signal)
  let watermark = epochMs(Number.NEGATIVE_INFINITY)
  let last: Position | null = null
  let read = 0
  const classify = async (): Promise<void> => {
    for (const run of runs) await run.classify(watermark)
  }
  const take = async (item: SourceItem): Promise<void> => {
    if (item.kind === 'progress') {
      watermark = epochMs(Math.max(watermark, item.at))
      for (const run of runs) run.advance(item.at)
    } else {
      checkOrder(transactions.name, last, item.header)
      last = item.header.position
      const transaction = await translate(item)
      for (const run of runs) run.transaction(transaction)
      watermark = epochMs(Math.max(watermark, item.header.committedAt))
      progress.read(item, transaction)
    }
    await deliveries?.upTo(watermark)
  }
  for await (const item of transactions.read({ from: null, signal, until: 'current' })) {
    await take(inSourceTime(config.time, item))
    read += 1
    if (read % lookEvery !== 0) continue
    await classify()
    progress.tell(watermark)
  }
  signal.throwIfAborted()
  watermark = epochMs(Number.POSITIVE_INFINITY)
  await deliveries?.upTo(watermark)
  for (const run of runs) run.end()
  await classify()
  return progress.totals()
}

/** All hangs on the order of positions, which is that of their texts: `shop:9` does not come before `shop:10`. */
const checkOrder = (source: string, last: Position | null, { position, snapshot }: TransactionHeader): void => {
  if (last === null || last < position || (snapshot && last === position)) return
  throw new BanyanError('fixture-invalid', `transaction ${position} comes after ${last}, whose text is not before it`, {
    hint: 'number positions in commit order and in fixed width, e.g. shop:000000000010; only the parts of a snapshot share one',
    where: source,
  })
}

interface Progress {
  readonly read: (
    item: Extract<SourceItem, { kind: 'transaction' }>,
    translated: { readonly events: readonly unknown[]; readonly deadLetters: number },
  ) => void
  readonly tell: (at: EpochMs) => void
  readonly phase: (phase: OfflineProgress['phase']) => void
  readonly totals: () => Totals
}

const createProgress = ({ onProgress }: OfflineOptions, runs: readonly ContextRun[]): Progress => {
  let totals = { transactions: 0, changes: 0, events: 0, deadLetters: 0 }
  let [phase, at, last]: [OfflineProgress['phase'], EpochMs | null, Position | null] = ['reading', null, null]
  const say = (): void => {
    const { transactions, changes, events } = totals
    onProgress?.({ phase, transactions, changes, events, at, classified: runs.reduce((sum, run) => sum + run.counts().classified, 0) })
  }
  return {
    read: ({ header }, { events, deadLetters }) => {
      // The parts of a snapshot share one position.
      const isNew = header.position !== last
      last = header.position
      totals = {
        transactions: totals.transactions + (isNew ? 1 : 0),
        changes: totals.changes + header.count,
        events: totals.events + events.length,
        deadLetters: totals.deadLetters + deadLetters,
      }
    },
    tell: (watermark) => {
      at = watermark
      say()
    },
    phase: (next) => {
      phase = next
      say()
    },
    totals: () => ({ ...totals, deadLetters: totals.deadLetters + runs.reduce((sum, run) => sum + run.counts().deadLetters, 0) }),
  }
}

/** The night's own reading of each archive hands the decisions on. */
const telling = (store: Store, onVerdict: OfflineOptions['onVerdict']): Store => {
  if (onVerdict === undefined) return store
  const told = new Set<string>()
  return {
    ...store,
    archive: async function* (context) {
      const isFirst = !told.has(context)
      told.add(context)
      for await (const part of store.archive(context)) {
        if (isFirst) for (const decision of part) onVerdict(decision)
        yield part
      }
    },
  }
}
