import { BanyanError } from '../../model/errors.ts'
import { epochMs } from '../../model/ids.ts'
import { nearNames } from '../../model/near-names.ts'
import type { GateCheck, Readiness } from '../../model/readiness.ts'
import { night } from '../../pipeline/night.ts'
import type { Command } from '../command.ts'
import { exitCodes } from '../exit.ts'
import { openBanyan } from '../open.ts'
import { tableText } from '../table.ts'

interface GateCommandOptions {
  readonly context?: string
}

const marks = { pass: 'pass', fail: 'FAIL', insufficient: 'more' } as const

const missingText = (check: GateCheck): readonly string[] =>
  check.missing === null
    ? []
    : [`  ${check.title}: ${check.missing}${check.etaNights === null ? '' : ` (about ${check.etaNights} nights)`}`]

const readinessText = ({ context, verdict, checks }: Readiness): string =>
  [
    `${context}: ${verdict}`,
    tableText(checks.map((check) => [`  ${marks[check.verdict]}`, check.title, check.actual, `required: ${check.required}`])),
    ...checks.flatMap(missingText),
  ].join('\n')

/** Is it safe to hand over? Exit 1 unless every context that was asked for is READY. */
export const gate: Command<GateCommandOptions> = async (input, { context }) => {
  await using opened = await openBanyan(input)
  const contexts = opened.config.contexts.filter(({ name }) => context === undefined || name === context)
  if (contexts.length === 0)
    throw unknownContext(
      context,
      opened.config.contexts.map(({ name }) => name),
    )
  const told = await night({ config: { ...opened.config, contexts }, store: opened.store, now: epochMs(Date.now()) })
  const answers = told.contexts.map(({ readiness }) => readiness)
  const ready = answers.every(({ verdict }) => verdict === 'READY')
  input.output.result({ ready, contexts: answers }, answers.map(readinessText).join('\n\n'))
  return ready ? exitCodes.yes : exitCodes.no
}

const unknownContext = (name: string | undefined, known: readonly string[]): BanyanError => {
  if (name === undefined)
    return new BanyanError('config-invalid', 'the config has no context', { hint: 'add one to contexts: defineContext(…)' })
  const near = nearNames(name, known)
  return new BanyanError('usage', `there is no context ${name}`, {
    hint: near.length > 0 ? `did you mean ${near.join(' or ')}?` : `known: ${known.join(', ')}`,
  })
}
