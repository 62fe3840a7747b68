import type { Night, NightContext } from '../src/model/night.ts'
import type { GateVerdict } from '../src/model/readiness.ts'
import type { Ink } from './terminal/ink.ts'
import { inkFor } from './terminal/ink.ts'
import { fitted, line } from './terminal/line.ts'
import { accountBalances, accountTerms } from './wording/account.ts'
import { causeOrder, causeWords } from './wording/causes.ts'
import { count, money, percent, plural, shareOf, tookText } from './wording/figures.ts'
import { checkMark, etaText, verdictSentence } from './wording/gate.ts'
import { windowText } from './wording/instant.ts'
import { ruleStatus } from './wording/rule.ts'
import { schemaChangeLine } from './wording/schema-changes.ts'

/** How the terminal is. */
export interface TerminalOptions {
  /** ANSI colours. Default: none. */
  readonly colour?: boolean
  /** Columns, held between 80 and 120. Default 100. */
  readonly width?: number
}

const maxLines = 40

/** The night at a glance: at most 40 lines of at most `width` columns. Verdict, account, causes, largest clusters, rules. */
export const terminal = (night: Night, options: TerminalOptions = {}): string => {
  const width = Math.min(120, Math.max(80, options.width ?? 100))
  const ink = inkFor(options.colour ?? false)
  const schemaChange = schemaChangeLine(night)
  const { source, contexts } = night
  const head = [
    line(ink.bold, night.title, width),
    line(
      ink.dim,
      `${windowText(night.window)} · ${plural(source.changes, 'row change')} in ${plural(source.transactions, 'transaction')} · ${plural(source.events, 'event')} · ${plural(source.deadLetters, 'dead letter')}`,
      width,
    ),
    ...(schemaChange === null ? [] : [line(ink.yellow, schemaChange, width)]),
    '',
  ]
  if (contexts.length === 0) return [...head, 'No decision is being strangled yet.', ''].join('\n')
  const room = Math.max(1, Math.floor((maxLines - head.length - 1) / contexts.length))
  const told = contexts.flatMap((context) => contextLines(context, { room, width, ink }))
  const shown = told.slice(0, maxLines - head.length - 1)
  const left = told.length - shown.length
  return [
    ...head,
    ...shown,
    ...(left > 0 ? [line(ink.dim, `… ${plural(left, 'more line')}; the HTML report has all`, width)] : []),
    '',
  ].join('\n')
}

interface Room {
  readonly room: number
  readonly width: number
  readonly ink: Ink
}

const verdictInk = (ink: Ink, verdict: GateVerdict): ((text: string) => string) =>
  verdict === 'READY' ? ink.green : verdict === 'NOT READY' ? ink.red : ink.yellow

/** The verdict comes first and always; then as many parts as there is room for. */
const contextLines = (context: NightContext, { room, width, ink }: Room): readonly string[] => {
  const { readiness } = context
  const verdict = `${verdictInk(ink, readiness.verdict)(readiness.verdict)}  ${ink.bold(fitted(context.name, width - readiness.verdict.length - 2))}`
  const parts = [checkLines, accountLines, causeLines, ruleLines, clusterLines]
  const lines = [verdict, line(ink.plain, `  ${verdictSentence(readiness)}`, width)]
  for (const part of parts) lines.push(...part(context, { room: room - lines.length - 1, width, ink }))
  return [...lines.slice(0, Math.max(1, room - 1)), ...(room > 2 ? [''] : [])]
}

const checkLines = ({ readiness }: NightContext, { room, width, ink }: Room): readonly string[] => {
  const colour = { pass: ink.green, fail: ink.red, insufficient: ink.yellow } as const
  return readiness.checks.slice(0, Math.max(0, room)).map((check) => {
    const eta = etaText(check)
    const told =
      check.verdict === 'pass'
        ? check.actual
        : `${check.actual}; missing: ${check.missing ?? check.required}${eta === null ? '' : `, ${eta}`}`
    return `  ${colour[check.verdict](checkMark[check.verdict])} ${fitted(`${check.title}: ${told}`, width - 4)}`
  })
}

const accountLines = (context: NightContext, { room, width, ink }: Room): readonly string[] => {
  if (room < 3) return []
  const sum = accountTerms(context)
    .filter(({ name, value }) => value !== 0 || name === 'compared' || name === 'remainder')
    .map(({ name, value }) => `${name} ${count(value)}`)
    .join(' + ')
  const { latencyMs } = context
  const speed = latencyMs === null ? '' : `; candidate ${tookText(latencyMs.p50)} median, ${tookText(latencyMs.p99)} p99`
  return [
    '',
    line(accountBalances(context) ? ink.plain : ink.red, `  ${plural(context.account.decisions, 'legacy decision')} = ${sum}`, width),
    line(
      ink.plain,
      `  ${count(context.agreed)} agreed (${shareOf(context.agreed, context.account.compared)}), ${count(context.diverged)} diverged, ${count(context.latent)} latent${speed}`,
      width,
    ),
  ]
}

const barWidth = 24

const causeLines = (context: NightContext, { room, width, ink }: Room): readonly string[] => {
  const found = causeOrder.flatMap((cause) => context.byCause.filter((one) => one.cause === cause && one.count > 0))
  if (found.length === 0 || room < 3) return []
  const most = Math.max(...found.map((one) => one.count))
  return [
    '',
    ...found.slice(0, room - 1).map((one) => {
      const bar = '█'.repeat(Math.max(1, Math.round((one.count / most) * barWidth)))
      const stake = one.exposure === null ? '' : `  ${money(one.exposure)} at stake`
      return `  ${causeWords[one.cause].title.padEnd(15)}${count(one.count).padStart(8)}  ${shareOf(one.count, context.diverged).padStart(7)}  ${ink.blue(bar)}${stake === '' ? '' : fitted(`${' '.repeat(barWidth - bar.length)}${stake}`, width - 36)}`
    }),
  ]
}

const ruleLines = (context: NightContext, { room, width, ink }: Room): readonly string[] => {
  const shown = context.rules.filter((rule) => rule.status !== 'lead')
  if (shown.length === 0 || room < 4) return []
  const lines = shown
    .slice(0, Math.min(8, room - 3))
    .map((rule) =>
      line(
        ink.plain,
        `  ${ruleStatus[rule.status].padEnd(12)}${percent(rule.precision)} of ${count(rule.train.fits + rule.holdout.fits)}: ${rule.words}`,
        width,
      ),
    )
  const left = shown.length - lines.length
  return [
    '',
    line(ink.bold, '  Hidden rules', width),
    ...lines,
    ...(left > 0 ? [line(ink.dim, `  … ${plural(left, 'more rule')}`, width)] : []),
  ]
}

const clusterLines = (context: NightContext, { room, width, ink }: Room): readonly string[] => {
  const shown = context.clusters.filter((one) => one.cause !== 'hidden-rule')
  if (shown.length === 0 || room < 4) return []
  const lines = shown
    .slice(0, Math.min(5, room - 3))
    .map((one) => `  ${count(one.count).padStart(8)}  ${fitted(`${causeWords[one.cause].title}: ${one.words}`, width - 12)}`)
  return ['', line(ink.bold, '  Largest clusters', width), ...lines]
}
