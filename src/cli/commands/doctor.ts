import { BanyanError } from '../../model/errors.ts'
import type { Duration } from '../../model/duration.ts'
import { durationMs } from '../../model/duration.ts'
import { estimateOf } from '../../pipeline/estimate.ts'
import type { PipelineConfig } from '../../pipeline/config.ts'
import type { ChangeSource, PreflightCheck, SourceLoad } from '../../ports/change-source.ts'
import type { Command } from '../command.ts'
import { exitCodes } from '../exit.ts'
import { loadConfig } from '../load-config.ts'
import { loadText } from '../load-text.ts'
import { mendScript } from '../mend-script.ts'

const marks = { ok: 'ok    ', warn: 'warn  ', refuse: 'REFUSE' } as const

const checkText = (check: PreflightCheck): string =>
  [
    `${marks[check.verdict]}  ${check.name}: ${check.found}`,
    ...(check.mend === null ? [] : check.mend.split('\n').map((line) => `          ${line}`)),
  ].join('\n')

const summary = (checks: readonly PreflightCheck[]): string => {
  const count = (verdict: PreflightCheck['verdict']): number => checks.filter((check) => check.verdict === verdict).length
  return count('refuse') > 0
    ? `${count('refuse')} of ${checks.length} checks refuse: Banyan will not run until they are mended`
    : `${checks.length} checks, ${count('warn')} warnings: Banyan can run`
}

interface DoctorOptions {
  /** Print the mends as one SQL script instead. */
  readonly script?: boolean
  /** The longest time for which Banyan may be down. */
  readonly outage?: string
  /** How long to watch what the legacy writes; 0: not at all. */
  readonly watch?: string
}

const usual = { outage: '8 h', watch: '2 s' } as const

const lengthOf = (option: keyof typeof usual, text: string): number => {
  try {
    return text === '0' ? 0 : durationMs(text as Duration)
  } catch (cause) {
    throw new BanyanError('usage', `--${option} ${text}: not a length of time`, { hint: `e.g. --${option} '${usual[option]}'`, cause })
  }
}

/** Null: there is nothing to watch, or it cannot be asked; the checks say why. */
const loadOf = async (source: ChangeSource, watchMs: number): Promise<SourceLoad | null> => {
  if (source.load === undefined || watchMs === 0) return null
  return source.load(watchMs).catch((error: unknown) => {
    if (error instanceof BanyanError) return null
    throw error
  })
}

/** Of where events and changes go out to. */
const outChecks = async ({ source, publish, emit }: PipelineConfig): Promise<readonly PreflightCheck[]> => [
  ...((await publish?.preflight?.()) ?? []),
  // A source that cannot tell its tables has been refused already.
  ...(emit?.preflight === undefined ? [] : await emit.preflight(await source.tables().catch(() => []))),
]

/** Asks the source, and the brokers that are written to, what would hurt the legacy or lose data, and what it will take to follow it. Changes nothing. Exit 1 when anything refuses. */
export const doctor: Command<DoctorOptions> = async ({ output, cwd, config }, options) => {
  const { script = false, outage = usual.outage, watch = usual.watch } = options
  const [outageMs, watchMs] = [lengthOf('outage', outage), lengthOf('watch', watch)]
  const { pipeline } = await loadConfig({ cwd, path: config })
  await using source = pipeline.source
  const load = await loadOf(source, watchMs)
  const asked = load === null ? {} : { outage: { lastsMs: outageMs, logBytesPerSecond: load.logBytesPerSecond } }
  const own = await source.preflight(asked)
  const checks = [...own, ...(await outChecks(pipeline))]
  const passed = checks.every((check) => check.verdict !== 'refuse')
  const estimate = load === null ? null : estimateOf(load)
  const loadLines = load === null || estimate === null ? [] : [loadText(load, estimate), '']
  const text = script ? mendScript(own) : [...checks.map(checkText), '', ...loadLines, summary(checks)].join('\n')
  const more = script ? { script: mendScript(own) } : {}
  output.result({ source: source.name, passed, checks, load, estimate, ...more }, text)
  return passed ? exitCodes.yes : exitCodes.no
}
