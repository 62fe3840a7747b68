import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { formats } from '../../../reports/index.ts'
import { night as tellNight } from '../../pipeline/night.ts'
import { BanyanError } from '../../model/errors.ts'
import { epochMs } from '../../model/ids.ts'
import type { Command } from '../command.ts'
import { exitCodes } from '../exit.ts'
import { openBanyan } from '../open.ts'

interface NightCommandOptions {
  readonly format: keyof typeof formats
  readonly out?: string
}

/** Writes the dual-run comparison report. A report with divergences is still a report: exit 0. */
export const night: Command<NightCommandOptions> = async (input, { format, out }) => {
  const { output, cwd } = input
  await using opened = await openBanyan(input)
  const told = await tellNight({ config: opened.config, store: opened.store, now: epochMs(Date.now()) })
  if (out === undefined) {
    output.result(told, formats[format](told))
    return exitCodes.yes
  }
  const file = resolve(cwd, out)
  await write(file, formats[format](told))
  output.result({ file, format }, file)
  return exitCodes.yes
}

const write = async (file: string, text: string): Promise<void> => {
  try {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text)
  } catch (cause) {
    throw new BanyanError('usage', 'the report cannot be written', {
      where: file,
      hint: 'name a file in a folder that you may write to',
      cause,
    })
  }
}
