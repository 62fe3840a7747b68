import { join, resolve } from 'node:path'
import { BanyanError } from '../../model/errors.ts'
import { epochMs } from '../../model/ids.ts'
import type { OfflineProgress, OfflineResult } from '../../pipeline/offline.ts'
import type { PipelineConfig } from '../../pipeline/config.ts'
import type { ChangeSource } from '../../ports/change-source.ts'
import type { Command, CommandInput } from '../command.ts'
import { exitCodes } from '../exit.ts'
import { loadConfig } from '../load-config.ts'
import { createFolder, openLines, writeText } from '../out-folder.ts'
import { grouped } from '../table.ts'

interface OfflineCommandOptions {
  readonly transactions?: string
  readonly deliveries?: string
  readonly out?: string
}

/** A dual run over recordings: the night that a live run would have told. A night with divergences is still a night: exit 0. */
export const offline: Command<OfflineCommandOptions> = async (input, options) => {
  const { output, cwd, signal } = input
  const loaded = await loadConfig({ cwd, path: input.config })
  try {
    const folder = options.out === undefined ? null : resolve(cwd, options.out)
    const told = await runOffline(input, options, { pipeline: loaded.pipeline, folder })
    for (const line of told.leftOver.slice(0, toldLeftOver)) output.note(`not used: ${line}`)
    if (told.leftOver.length > toldLeftOver) output.note(`not used: ${grouped(told.leftOver.length - toldLeftOver)} more lines`)
    if (folder !== null) output.note(`written to ${folder}`)
    const { formats } = await import('../../../reports/index.ts')
    output.result(told.night, formats.terminal(told.night))
    return exitCodes.yes
  } catch (error) {
    if (!signal.aborted) throw error
    output.result({ stopped: true }, 'stopped before its end: nothing is said')
    return exitCodes.no
  } finally {
    await loaded.pipeline.source[Symbol.asyncDispose]()
  }
}

const toldLeftOver = 5

const runOffline = async (
  { output, cwd, signal }: CommandInput,
  options: OfflineCommandOptions,
  place: { readonly pipeline: PipelineConfig; readonly folder: string | null },
): Promise<OfflineResult> => {
  const { offlineRun, deliveries, fileSpool } = await import('../../offline.ts')
  const { verdictLine } = await import('../verdict-line.ts')
  const { folder } = place
  const recorded = await recording(place.pipeline, options.transactions === undefined ? null : resolve(cwd, options.transactions))
  if (folder !== null) await createFolder(folder)
  const verdicts = folder === null ? null : openLines(join(folder, 'verdicts.ndjson'))
  try {
    const told = await offlineRun({
      ...recorded,
      deliveries: options.deliveries === undefined ? null : deliveries({ file: resolve(cwd, options.deliveries) }),
      signal,
      now: epochMs(Date.now()),
      spool: fileSpool,
      onProgress: (progress) => output.progress(progressText(progress)),
      ...(verdicts === null ? {} : { onVerdict: (decision) => verdicts.line(verdictLine(decision)) }),
    })
    if (folder !== null) await writeReports(folder, told)
    return told
  } finally {
    verdicts?.close()
  }
}

const writeReports = async (folder: string, { night, rules, leads }: OfflineResult): Promise<void> => {
  const { formats } = await import('../../../reports/index.ts')
  const { ruleLine } = await import('../verdict-line.ts')
  for (const [format, name] of Object.entries(fileNames))
    await writeText(join(folder, name), formats[format as keyof typeof fileNames](night))
  const lines = openLines(join(folder, 'rules.ndjson'))
  for (const rule of [...rules, ...leads]) lines.line(ruleLine(rule))
  lines.close()
}

const fileNames = { html: 'night.html', markdown: 'night.md', json: 'night.json', junit: 'night.xml', csv: 'night.csv' } as const

/** Recorded transactions are in the source's time already. */
const recording = async (
  pipeline: PipelineConfig,
  file: string | null,
): Promise<{ readonly config: PipelineConfig; readonly transactions: ChangeSource }> => {
  if (file !== null) {
    const { fixture } = await import('../../../adapters/fixture/change-source.ts')
    // The source's name is part of every id.
    return { config: { ...pipeline, time: null }, transactions: fixture({ name: pipeline.source.name, file }) }
  }
  if (pipeline.source.isRecorded === true) return { config: pipeline, transactions: pipeline.source }
  throw new BanyanError('usage', `the source ${pipeline.source.name} is no recording`, {
    hint: 'name the recorded transactions: --transactions <file>; `banyan export` writes them',
  })
}

const progressText = ({ phase, transactions, events, classified, at }: OfflineProgress): string =>
  [
    phase,
    `${grouped(transactions)} transactions, ${grouped(events)} events, ${grouped(classified)} classified`,
    ...(at === null || !Number.isFinite(at) ? [] : [`up to ${new Date(at).toISOString()}`]),
  ].join(' · ')
