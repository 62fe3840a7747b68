import type { PreflightCheck } from '../../ports/change-source.ts'
import type { Command } from '../command.ts'
import { exitCodes } from '../exit.ts'
import { loadConfig } from '../load-config.ts'
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
}

/** Asks the source what would hurt the legacy or lose data. Changes nothing. Exit 1 when anything refuses. */
export const doctor: Command<DoctorOptions> = async ({ output, cwd, config }, { script = false }) => {
  const { pipeline } = await loadConfig({ cwd, path: config })
  await using source = pipeline.source
  const checks = await source.preflight()
  const passed = checks.every((check) => check.verdict !== 'refuse')
  const text = script ? mendScript(checks) : [...checks.map(checkText), '', summary(checks)].join('\n')
  output.result({ source: source.name, passed, checks, ...(script ? { script: mendScript(checks) } : {}) }, text)
  return passed ? exitCodes.yes : exitCodes.no
}
