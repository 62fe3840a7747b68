import { BanyanError } from '../../model/errors.ts'
import type { PipelineConfig } from '../../pipeline/config.ts'
import type { RunProgress } from '../../pipeline/run/progress.ts'
import { run as runPipeline } from '../../pipeline/run.ts'
import type { StageName } from '../../pipeline/stage-names.ts'
import type { Command } from '../command.ts'
import { exitCodes } from '../exit.ts'
import { refuseUnfit } from '../linted-events.ts'
import { openBanyan } from '../open.ts'
import { stagesOption } from '../stages-option.ts'
import { grouped } from '../table.ts'

interface RunCommandOptions {
  readonly once?: boolean
  readonly emit?: string
  readonly stages?: string
}

const progressText = ({ phase, capture, shadowed, settled, classified, published, emitted, stages }: RunProgress): string =>
  [
    phase,
    capture === null ? waitingText(stages) : `${grouped(capture.changes)} changes, ${grouped(capture.events)} events`,
    `${grouped(shadowed)} shadowed, ${grouped(settled)} settled, ${grouped(classified)} classified`,
    ...(published === 0 ? [] : [`${grouped(published)} published`]),
    ...(emitted === 0 ? [] : [`${grouped(emitted)} emitted`]),
    ...(stages.waitsFor.length === 0 ? [] : [`${stages.holds.length} stages here, ${stages.waitsFor.length} elsewhere`]),
    ...(capture === null ? [] : [`up to ${new Date(capture.cursor.at).toISOString()}`]),
  ].join(' · ')

const waitingText = ({ holds }: RunProgress['stages']): string =>
  holds.some((stage) => stage.startsWith('capture ')) ? 'waiting for the source' : 'not capturing'

/** Captures, shadows, pairs, compares and classifies until it is stopped; with `--once`, until what is committed now is done. */
export const run: Command<RunCommandOptions> = async (input, { once = false, emit, stages: named }) => {
  const { output, signal } = input
  const stages = stagesOption(named)
  requireEmission(stages, emit)
  await using opened = await openBanyan(input, { givesWay: true })
  await refuseUnfit(opened.loaded)
  if (emit !== undefined) requireEmitter(opened.config, emit)
  let last: RunProgress | null = null
  const onProgress = (progress: RunProgress): void => {
    last = progress
    output.progress(progressText(progress))
  }
  await runPipeline({
    config: opened.config,
    store: opened.store,
    signal,
    once,
    emit: emit !== undefined,
    ...(stages === null ? {} : { stages }),
    onProgress,
    onNotice: output.note,
  })
  const totals = await opened.store.totals(opened.config.source.name)
  const stopped = signal.aborted
  output.result({ stopped, progress: last, totals }, resultText(stopped, totals))
  return exitCodes.yes
}

/** @throws BanyanError usage where one asks to emit and the other does not. */
const requireEmission = (stages: ReadonlySet<StageName> | null, emit: string | undefined): void => {
  if (stages === null || stages.has('emit') === (emit !== undefined)) return
  throw new BanyanError('usage', emit === undefined ? 'the stage emit needs --emit' : '--emit needs the stage emit', {
    hint: 'give both, or none: --stages emit --emit debezium',
    where: '--stages',
  })
}

/** @throws BanyanError config-invalid where the config says not where to. */
const requireEmitter = ({ emit }: PipelineConfig, form: string): void => {
  if (emit?.form === form) return
  throw new BanyanError('config-invalid', `the config does not say where to emit ${form} to`, {
    hint: 'add `emit: debeziumTopics({ … })` of banyan/adapters/kafka (docs/emit.md)',
    where: 'emit',
  })
}

const resultText = (
  stopped: boolean,
  totals: { readonly changes: number; readonly events: number; readonly deadLetters: number },
): string =>
  [
    stopped ? 'stopped; the next run goes on from here' : 'the input has ended',
    `${grouped(totals.changes)} changes, ${grouped(totals.events)} events, ${grouped(totals.deadLetters)} dead letters in the store`,
    'next: banyan night',
  ].join('\n')
