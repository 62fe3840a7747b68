import type { ReplayReport } from '../../pipeline/replay/report.ts'
import { grouped, tableText } from '../table.ts'

const shownClusters = 12

const share = (part: number, whole: number): string => (whole === 0 ? '–' : `${Number(((100 * part) / whole).toPrecision(3))} %`)

const movesTable = (
  title: string,
  rows: readonly (readonly [string, { before: number; after: number; vanished: number; appeared: number; moved: number }])[],
): readonly string[] =>
  rows.length === 0
    ? []
    : [
        '',
        tableText(
          [
            [title, 'before', 'after', 'vanished', 'appeared', 'otherwise'],
            ...rows.map(([name, moves]) => [
              `  ${name}`,
              ...[moves.before, moves.after, moves.vanished, moves.appeared, moves.moved].map(grouped),
            ]),
          ],
          [1, 2, 3, 4, 5],
        ),
      ]

/** What a person wants to know first: what changed, what vanished, what appeared, and whether that is allowed. */
export const replayText = (report: ReplayReport): string => {
  const { divergences, compared, decisions } = report
  return [
    `${report.context}: ${report.isWithinBudget ? 'within the budget' : 'BEYOND THE BUDGET'}`,
    `  ${grouped(decisions)} decisions replayed on their ${report.basis} reads, ${grouped(compared)} compared with the legacy`,
    `  ${grouped(report.changedAnswers)} answers changed (${share(report.changedAnswers, compared)})`,
    `  ${grouped(divergences.before)} divergences before, ${grouped(divergences.after)} after: ${grouped(divergences.vanished)} vanished, ${grouped(divergences.appeared)} appeared, ${grouped(divergences.moved)} differ in another way`,
    ...report.missed.map(({ reason, count }) => `  ${grouped(count)} not compared: ${missedWords[reason] ?? reason}`),
    ...(report.unrecordedReads.length === 0 ? [] : [`  not recorded: ${report.unrecordedReads.slice(0, 5).join(', ')}`]),
    ...movesTable(
      'by cause, as recorded',
      report.byCause.map((moves) => [moves.cause, moves] as const),
    ),
    ...movesTable(
      'by rule',
      report.byRule.map((moves) => [cut(moves.words === '' ? moves.rule : moves.words), moves] as const),
    ),
    ...movesTable(
      'by kind of difference',
      report.byFingerprint
        .filter(({ vanished, appeared }) => vanished + appeared > 0)
        .slice(0, shownClusters)
        .map((moves) => [cut(`${moves.paths.join(' ')}  e.g. ${moves.examples[0]?.key ?? ''}`), moves] as const),
    ),
    '',
    tableText(
      report.budget.map(({ what, allowed, found, isKept }) => [
        `  ${isKept ? 'pass' : 'FAIL'}`,
        what,
        grouped(found),
        `allowed: ${grouped(allowed)}`,
      ]),
      [2],
    ),
    `  ${grouped(Math.round(report.decisionsPerSecond))} decisions a second`,
  ].join('\n')
}

const missedWords: Readonly<Record<string, string>> = {
  unpaired: 'the legacy never answered',
  unclassified: 'never classified, so that nothing was recorded as of the legacy’s commit',
  'unrecorded-read': 'the candidate reads what was not recorded',
  'not-replayable': 'the candidate can only be asked live',
  unreachable: 'the candidate could not be asked',
  'timed-out': 'no answer in time',
}

const maxName = 60

const cut = (text: string): string => (text.length <= maxName ? text : `${text.slice(0, maxName - 1)}…`)
