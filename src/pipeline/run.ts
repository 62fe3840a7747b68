import { checkRules } from '../../rules/check.ts'
import { expireJourney, foldJourney } from '../../rules/fold-journey.ts'
import { createTranslator } from '../../rules/translate.ts'
import type { PreflightCheck } from '../ports/change-source.ts'
import { BanyanError } from '../model/errors.ts'
import type { Store } from '../ports/store.ts'
import type { MiningResult } from '../mine/case.ts'
import type { ContextName } from '../model/ids.ts'
import { columnUses } from '../schema/column-uses.ts'
import { judgeChanges } from '../schema/judge.ts'
import type { CaptureProgress } from './capture.ts'
import { capture, reopenCapture } from './capture.ts'
import { classifyContext } from './classify.ts'
import type { PipelineConfig } from './config.ts'
import { watchedTables } from './config.ts'
import { mineContext } from './mine.ts'
import { pairContext } from './pair.ts'
import { publishStream } from './publish.ts'
import { shadowContext } from './shadow.ts'
import { storedChanges } from './stored-changes.ts'
import { sourceClock } from './source-time.ts'

/** Where a run stands; counts are of this run. */
export interface RunProgress {
  readonly phase: 'capturing' | 'draining' | 'mining' | 'done'
  readonly capture: CaptureProgress | null
  readonly shadowed: number
  readonly settled: number
  readonly classified: number
  /** Events, to all streams together. */
  readonly published: number
  /** Row changes that went to the config's emitter. */
  readonly emitted: number
}

export interface RunOptions {
  readonly config: PipelineConfig
  readonly store: Store
  /** Stops at once; a later run goes on from what is durable. */
  readonly signal: AbortSignal
  /** Capture what is committed now, follow it to its end, mine, and resolve. Same as an `end` that is aborted already. */
  readonly once?: boolean
  /** When aborted: everything committed by then is captured and followed to its end, then the run mines and resolves. */
  readonly end?: AbortSignal
  readonly onProgress?: (progress: RunProgress) => void
  /** Whether row changes go to the config's emitter as well. */
  readonly emit?: boolean
  /** What people should know of and no failure is, in a sentence. */
  readonly onNotice?: (text: string) => void
  /** What mining found, with the extension of each rule; the rules themselves are in the store. */
  readonly onMined?: (context: ContextName, result: MiningResult) => void
}

/**
 * Runs every stage until the signal is aborted or the input has ended. Stages meet only in the store, each with its
 * own durable cursor; when one fails all stop, and the failure is thrown.
 *
 * @throws BanyanError source-*, store-*, rule-*, sink-*.
 */
export const run = async (options: RunOptions): Promise<void> => {
  const { config, store } = options
  const failed = new AbortController()
  const signal = AbortSignal.any([options.signal, failed.signal])
  const end = options.once === true ? AbortSignal.abort() : (options.end ?? new AbortController().signal)
  const tables = await config.source.tables()
  refuse(await config.source.preflight())
  checkRules(config.rules, config.journeys, tables)
  const translate = createTranslator({ rules: config.rules, journeys: config.journeys, tables })
  const uses = columnUses(config)
  const progress = createProgress(options)
  await reopenCapture(store, config.source.name)

  const stage = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work
    } catch (error) {
      failed.abort(error)
      throw error
    }
  }
  const clock = sourceClock(config.time)
  const stages = config.contexts.flatMap((context) => {
    const common = { context, store, source: config.source.name, signal }
    return [
      stage(shadowContext({ ...common, clock, onDecided: progress.shadowed })),
      stage(pairContext({ ...common, onSettled: progress.settled })),
      stage(classifyContext({ ...common, onClassified: progress.classified })),
    ]
  })
  const published = publishing(options, signal, progress.published).map(stage)
  const emitted = emitting(options, signal, progress.emitted).map(stage)
  const captured = stage(
    capture({
      source: config.source,
      store,
      time: config.time,
      translate,
      oldRowsOf: watchedTables(config.contexts),
      judgeSchema: (table, changes) => judgeChanges(table, changes, { policy: config.schemaChanges ?? {}, uses }),
      journeys: config.journeys,
      journeyFunctions: { fold: foldJourney, expire: expireJourney },
      signal,
      end,
      onProgress: progress.captured,
      ...(options.onNotice === undefined ? {} : { onNotice: options.onNotice }),
    }),
  ).then(() => progress.phase('draining'))

  const results = await Promise.allSettled([captured, ...stages, ...published, ...emitted])
  // Stages that were stopped in the middle of a replay say so with the signal's reason: that is no failure.
  const failure = results.find((result) => result.status === 'rejected' && result.reason !== options.signal.reason)
  if (failure?.status === 'rejected') throw failed.signal.reason === options.signal.reason ? failure.reason : failed.signal.reason
  if (options.signal.aborted) return
  progress.phase('mining')
  for (const context of config.contexts) {
    const mined = await mineContext({ context, store, source: config.source.name, tables })
    options.onMined?.(context.name, mined)
  }
  progress.phase('done')
  // Only now: what the sink lacks does not keep the rest from being known.
  const unpublished = (await Promise.all(published)).find((error) => error !== null)
  if (unpublished !== undefined) throw unpublished
}

/** One stage a stream: a topic that is broken holds up no other. */
const publishing = (
  { config, store, onNotice }: RunOptions,
  signal: AbortSignal,
  onPublished: Progress['published'],
): readonly Promise<BanyanError | null>[] => {
  const { publish: sink, source } = config
  if (sink === undefined) return []
  const common = { sink, store, source: source.name, signal, onPublished, onNotice: onNotice ?? (() => undefined) }
  return sink.streams.map((stream) => publishStream({ ...common, stream }))
}

/** What is captured goes to the emitter from the store: the source has one reader, and capture waits for nobody. */
const emitting = (
  { config, store, emit = false, onNotice }: RunOptions,
  signal: AbortSignal,
  onEmitted: Progress['emitted'],
): readonly Promise<unknown>[] => {
  if (!emit || config.emit === undefined) return []
  const from = storedChanges({ store, source: config.source })
  return [config.emit.emit({ from, signal, onProgress: ({ changes }) => onEmitted(changes), onNotice: onNotice ?? (() => undefined) })]
}

const refuse = (checks: readonly PreflightCheck[]): void => {
  const refused = checks.filter((check) => check.verdict === 'refuse')
  const first = refused[0]
  if (first === undefined) return
  throw new BanyanError('source-preflight', refused.map((check) => `${check.name}: ${check.found}`).join('; '), {
    hint:
      refused
        .map((check) => check.mend ?? '')
        .filter((mend) => mend !== '')
        .join('; ') || 'run `banyan doctor`',
    where: first.name,
  })
}

interface Progress {
  readonly phase: (phase: RunProgress['phase']) => void
  readonly captured: (progress: CaptureProgress) => void
  readonly shadowed: (count: number) => void
  readonly settled: (count: number) => void
  readonly classified: (count: number) => void
  readonly published: (count: number) => void
  /** In all. */
  readonly emitted: (count: number) => void
}

const createProgress = (options: RunOptions): Progress => {
  let state: RunProgress = { phase: 'capturing', capture: null, shadowed: 0, settled: 0, classified: 0, published: 0, emitted: 0 }
  const tell = (change: Partial<RunProgress>): void => {
    state = { ...state, ...change }
    options.onProgress?.(state)
  }
  return {
    phase: (phase) => tell({ phase }),
    captured: (progress) => tell({ capture: progress }),
    shadowed: (count) => tell({ shadowed: state.shadowed + count }),
    settled: (count) => tell({ settled: state.settled + count }),
    classified: (count) => tell({ classified: state.classified + count }),
    published: (count) => tell({ published: state.published + count }),
    emitted: (count) => tell({ emitted: count }),
  }
}
