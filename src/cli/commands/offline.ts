import { join, resolve } from 'node:path'
import { BanyanError } from '../../model/errors.ts'
import { epochMs } from '../../model/ids.ts'
import type { Night } from '../../model/night.ts'
import type { OfflineProgress } from '../../pipeline/offline.ts'
import type { PipelineConfig } from '../../pipeline/config.ts'
import type { ChangeSource } from '../../ports/change-source.ts'
import type { Command } from '../command.ts'
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
  const { offlineRun, deliveries, fileSpool } = await import('../../offline.ts')
  const { formats } = await import('../../../reports/index.ts')
  const loaded = await loadConfig({ cwd, path: input.config })
  const recorded = await recording(loaded.pipeline, options.transactions === undefined ? null : resolve(cwd, options.transactions))
  const folder = options.out === undefined ? null : resolve(cwd, options.out)
  if (folder !== null) await createFolder(folder)
  const verdicts = folder === null ? null : openLines(join(folder, 'verdicts.ndjson'))
  const { verdictLine, ruleLine } = await import('../verdict-line.ts')
  const told = await offlineRun({
    ...recorded,
    deliveries: options.deliveries === undefined ? null : deliveries({ file: resolve(cwd, options.deliveries) }),
    signal,
    now: epochMs(Date.now()),
    spool: fileSpool,
    onProgress: (progress) => output.progress(progressText(progress)),
    ...(verdicts === null ? {} : { onVerdict: (decision) => verdicts.line(verdictLine(decision)) }),
  })
  for (const line of told.leftOver.slice(0, 5)) output.note(`not used: ${line}`)
  if (told.leftOver.length > 5) output.note(`not used: ${grouped(told.leftOver.length - 5)} more lines`)
  verdicts?.close()
  if (folder !== null) {
    for (const [format, name] of Object.entries(fileNames))
      await writeText(join(folder, name), formats[format as keyof typeof fileNames](told.night))
    const rules = openLines(join(folder, 'rules.ndjson'))
    for (const rule of [...told.rules, ...told.leads]) rules.line(ruleLine(rule))
    rules.close()
    output.note(`written to ${folder}`)
  }
  output.result(told.night satisfies Night, formats.terminal(told.night))
  return exitCodes.yes
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
