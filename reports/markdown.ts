import type { Night, NightCase, NightContext } from '../src/model/night.ts'
import { code, heading, table, text } from './markdown/write.ts'
import { accountBalances, accountTerms } from './wording/account.ts'
import { causeWords, reasonWords } from './wording/causes.ts'
import { dataText } from './wording/data-text.ts'
import { count, money, percent, plural, shareOf, tookText } from './wording/figures.ts'
import { checkMark, etaText, verdictSentence } from './wording/gate.ts'
import { doseCells, doseColumns, guardSentences } from './wording/guards.ts'
import { instantText, windowText } from './wording/instant.ts'
import { observationText } from './wording/observation.ts'
import { ageText } from './wording/reads.ts'
import { ruleStatus, ruleSupport } from './wording/rule.ts'
import { differenceLines } from './wording/difference-lines.ts'
import { schemaChangeCells, schemaChangeColumns } from './wording/schema-changes.ts'
import { toleranceCells, toleranceColumns } from './wording/tolerance.ts'

const maxClusters = 30
const maxRules = 30
const maxTolerances = 50
const maxDifferenceLines = 8
const casesPerCause = 1

/** The night as GitHub-flavoured Markdown: for a pull request, a wiki or a chat. Long lists are cut and say so. */
export const markdown = (night: Night): string => {
  const { source } = night
  return [
    heading(1, night.title),
    `${windowText(night.window)} · source ${text(source.name)}: ${plural(source.transactions, 'transaction')}, ${plural(source.changes, 'row change')}, ${plural(source.events, 'business event')}, ${plural(source.deadLetters, 'dead letter')}`,
    ...schemaChanges(night),
    ...(night.contexts.length === 0 ? ['No decision is being strangled yet.'] : []),
    ...night.contexts.flatMap(contextSections),
    `Generated ${instantText(night.generatedAt)}`,
  ]
    .join('\n\n')
    .concat('\n')
}

const schemaChanges = (night: Night): readonly string[] => {
  const rows = schemaChangeCells(night)
  return rows.length === 0 ? [] : [heading(2, 'Changes of the schema'), table([...schemaChangeColumns], rows)]
}

const contextSections = (context: NightContext): readonly string[] => [
  heading(2, `${context.name}: ${context.readiness.verdict}`),
  text(verdictSentence(context.readiness)),
  checks(context),
  heading(3, 'Account'),
  account(context),
  heading(3, 'Divergences by cause'),
  ...causes(context),
  ...clusters(context),
  ...rules(context),
  ...cases(context),
  ...feeds(context),
  ...guards(context),
  ...tolerances(context),
]

const checks = ({ readiness }: NightContext): string =>
  table(
    ['', 'Check', 'Required', 'Actual', 'Missing'],
    readiness.checks.map((check) => [
      checkMark[check.verdict],
      check.title,
      check.required,
      check.actual,
      [check.missing, etaText(check)].filter((part) => part !== null).join('; '),
    ]),
  )

const account = (context: NightContext): string => {
  const sum = accountTerms(context)
    .map(({ name, value }) => `${name} ${count(value)}`)
    .join(' + ')
  const balance = accountBalances(context)
    ? 'Every legacy decision is accounted for.'
    : '**The account does not balance: Banyan lost count.**'
  const latency = context.latencyMs
  const speed = latency === null ? '' : ` The candidate took ${tookText(latency.p50)} (median), ${tookText(latency.p99)} (p99).`
  return `${plural(context.account.decisions, 'legacy decision')} = ${sum}. ${balance}\n\n${count(context.agreed)} agreed (${shareOf(context.agreed, context.account.compared)} of those compared), ${count(context.diverged)} diverged, ${count(context.latent)} of these latent.${speed}`
}

const causes = (context: NightContext): readonly string[] => {
  const found = context.byCause.filter((one) => one.count > 0)
  if (found.length === 0) return ['None.']
  const rows = found.map((one) => [
    causeWords[one.cause].title,
    count(one.count),
    shareOf(one.count, context.diverged),
    money(one.exposure),
    causeWords[one.cause].action,
  ])
  const unresolved = context.unresolved.map(({ reason, count: times }) => `- ${text(reasonWords(reason))}: ${count(times)}`)
  return [
    table(['Cause', 'Count', 'Share', 'Money at stake', 'What to do'], rows, [1, 2, 3]),
    ...(unresolved.length === 0 ? [] : [`Unresolved because:\n\n${unresolved.join('\n')}`]),
  ]
}

const clusters = (context: NightContext): readonly string[] => {
  if (context.clusters.length === 0) return []
  const shown = context.clusters.slice(0, maxClusters)
  const rows = shown.map((one) => [causeWords[one.cause].title, count(one.count), money(one.exposure), one.words])
  return [
    heading(3, 'What differs'),
    table(['Cause', 'Count', 'Money at stake', 'In words'], rows, [1, 2]),
    ...leftOut(context.clusters.length - shown.length, 'cluster'),
  ]
}

const rules = (context: NightContext): readonly string[] => {
  if (context.rules.length === 0) return []
  const shown = context.rules.slice(0, maxRules)
  const rows = shown.map((rule) => {
    const { fits, total } = ruleSupport(rule)
    return [
      ruleStatus[rule.status],
      rule.words,
      `${count(fits)} of ${count(total)}`,
      `${percent(rule.precision)} (surely ≥ ${percent(rule.precisionLower)})`,
      count(rule.counterExamples.length),
      money(rule.exposure),
    ]
  })
  const columns = ['Status', 'Rule', 'Support', 'Precision', 'Counter-examples', 'Money at stake']
  return [heading(3, 'Hidden rules'), table(columns, rows, [2, 3, 4, 5]), ...leftOut(context.rules.length - shown.length, 'rule')]
}

const cases = (context: NightContext): readonly string[] => {
  const seen = new Map<string, number>()
  const shown = context.cases.filter((one) => {
    const before = seen.get(one.cause) ?? 0
    seen.set(one.cause, before + 1)
    return before < casesPerCause
  })
  if (shown.length === 0) return []
  return [heading(3, 'Examples'), ...shown.map(caseSection), ...leftOut(context.cases.length - shown.length, 'example')]
}

const caseSection = (one: NightCase): string =>
  [
    `**${causeWords[one.cause].title}** ${code(one.key)}, ${instantText(one.at)}${one.latent ? ', latent' : ''}, grade ${one.grade}`,
    '',
    `- legacy: ${code(observationText(one.legacy))}`,
    `- candidate, live: ${code(observationText(one.live))}`,
    `- candidate, as of the legacy’s commit: ${code(observationText(one.asOf))}`,
    ...one.restoring
      .slice(0, 5)
      .map(
        (read) =>
          `- read ${code(`${read.projection} ${read.key}`)}: saw ${code(dataText(read.seen))}, ${ageText(read)}; the legacy had ${code(dataText(read.atLegacyCommit))}`,
      ),
    ...one.evidence.slice(0, 5).map(({ words }) => `- ${text(words)}`),
    ...one.differences
      .slice(0, 1)
      .flatMap(differenceLines)
      .slice(0, maxDifferenceLines)
      .map((line) => `- ${code(line)}`),
    ...(one.rule === null ? [] : [`- rule: ${text(one.rule)}`]),
  ].join('\n')

const feeds = (context: NightContext): readonly string[] => {
  if (context.feeds.length === 0) return []
  const rows = context.feeds.map((feed) => [
    feed.projection,
    `${feed.kind}, ${feed.feed}`,
    count(feed.reads),
    count(feed.stale),
    shareOf(feed.stale, feed.reads),
  ])
  return [heading(3, 'Feeds'), table(['Projection', 'Kind, feed', 'Reads', 'Stale', 'Share'], rows, [2, 3, 4])]
}

const guards = (context: NightContext): readonly string[] => {
  const sentences = guardSentences(context.guards).map(({ words, isAlarm }) => `- ${isAlarm ? `**${text(words)}**` : text(words)}`)
  const rows = context.guards.doses.flatMap(doseCells)
  return [heading(3, 'Guards'), sentences.join('\n'), ...(rows.length === 0 ? [] : [table(doseColumns, rows)])]
}

const tolerances = (context: NightContext): readonly string[] => {
  if (context.tolerances.length === 0) return []
  const rows = context.tolerances.slice(0, maxTolerances).map((one) => toleranceCells(one))
  return [heading(3, 'Tolerances'), table(toleranceColumns, rows), ...leftOut(context.tolerances.length - rows.length, 'tolerance')]
}

const leftOut = (left: number, what: string): readonly string[] =>
  left <= 0 ? [] : [`*${plural(left, `more ${what}`, `more ${what}s`)} left out; the JSON report has every one.*`]
