import { checkRules } from '../../rules/check.ts'
import { BanyanError } from '../model/errors.ts'
import type { PreflightCheck, SourceTable } from '../ports/change-source.ts'
import type { MiningResult } from '../mine/case.ts'
import { isClassifiedToEnd } from './classify.ts'
import type { PipelineConfig } from './config.ts'
import { mineContext } from './mine.ts'
import { pause } from './pause.ts'
import { captureWork } from './run/capture-work.ts'
import type { RunOptions } from './run/options.ts'
import type { Progress } from './run/progress.ts'
import { createProgress } from './run/progress.ts'
import type { Work } from './run/stage-work.ts'
import { contextWork, emitWork, publishWork } from './run/stage-work.ts'
import { createInputEnd } from './share/input-end.ts'
import type { SharedWork } from './share/share-work.ts'
import { shareWork } from './share/share-work.ts'
import type { StageName } from './stage-names.ts'

/**
 * Runs the stages until the signal is aborted or the input has ended. Stages meet only in the store, each with its own durable cursor;
 * when one fails all stop, and the failure is thrown. Of several processes that run on one store each stage is done by one at a time:
 * the others stand by, and go on from where it is when it ends, breaks down, or gives some of its stages up for one that has fewer.
 *
 * @throws BanyanError source-*, store-*, rule-*, sink-*.
 */
export const run = async (options: RunOptions): Promise<void> => {
  const { config, store } = options
  const failed = new AbortController()
  const signal = AbortSignal.any([options.signal, failed.signal])
  const end = options.once === true ? AbortSignal.abort() : (options.end ?? new AbortController().signal)
  const does = (stage: StageName): boolean => options.stages?.has(stage) ?? true
  const tables = does('capture') || does('mine') ? await config.source.tables() : []
  if (does('capture')) await checkSource(config, tables)
  const progress = createProgress((progress) => options.onProgress?.(progress))
  await using shared = await shareWork({ store, signal, onChange: progress.shared })
  shared.failed.catch((error: unknown) => failed.abort(error))
  const stage = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work
    } catch (error) {
      failed.abort(error)
      throw error
    }
  }
  const captureName = `capture ${config.source.name}`
  const isCapturing = (): boolean => shared.isHeld(captureName)
  const input = createInputEnd({ log: store, source: config.source.name, signal, end, captures: does('capture'), isCapturing })
  const captured = does('capture')
    ? stage(shared.underClaim(captureName, captureWork({ options, tables, end, input, progress }))).then(() => progress.phase('draining'))
    : null
  // It may fail, or be stopped, before anybody waits for it; whoever does hears of it then.
  captured?.catch(() => undefined)
  await shared.asked()
  const follow = <T>({ claim, work }: Work<T>): Promise<T | null> => stage(input.follow(() => shared.underClaim(claim, work)))
  const stages = [...contextWork(options, progress), ...emitWork(options, progress)].filter(({ kind }) => does(kind)).map(follow)
  const published = publishWork(options, progress)
    .filter(({ kind }) => does(kind))
    .map(follow)

  const results = await Promise.allSettled([captured, ...stages, ...published])
  // Stages that were stopped in the middle of a replay say so with the signal's reason: that is no failure.
  const failure = results.find((result) => result.status === 'rejected' && result.reason !== options.signal.reason)
  if (failure?.status === 'rejected') throw failed.signal.reason === options.signal.reason ? failure.reason : failed.signal.reason
  if (options.signal.aborted) return
  if (failed.signal.aborted) throw failed.signal.reason
  try {
    if (does('mine')) await mineAll(options, { shared, tables, progress })
  } catch (error) {
    if (options.signal.aborted) return
    throw failed.signal.aborted ? failed.signal.reason : error
  }
  progress.phase('done')
  // Only now: what the sink lacks does not keep the rest from being known.
  const unpublished = (await Promise.all(published)).find((error) => error !== null)
  if (unpublished !== undefined) throw unpublished
}

const checkSource = async ({ source, rules, journeys }: PipelineConfig, tables: readonly SourceTable[]): Promise<void> => {
  refuse(await source.preflight())
  checkRules(rules, journeys, tables)
}

const mineAll = async (
  { config, store, onMined }: RunOptions,
  by: { readonly shared: SharedWork; readonly tables: readonly SourceTable[]; readonly progress: Progress },
): Promise<void> => {
  by.progress.phase('mining')
  const source = config.source.name
  for (const context of config.contexts) {
    const mine = async (signal: AbortSignal): Promise<MiningResult> => {
      // Others may still be at it.
      while (!(await isClassifiedToEnd({ context, store, source }))) {
        await pause(classifiedLookMs, signal)
        signal.throwIfAborted()
      }
      return mineContext({ context, store, source, tables: by.tables })
    }
    const mined = await by.shared.underClaim(`mine ${context.name}`, mine, { keeps: true })
    onMined?.(context.name, mined)
  }
}

const classifiedLookMs = 100

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
