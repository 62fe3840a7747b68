import { durationWords } from '../../src/model/duration.ts'
import type { NightDose, NightGuards } from '../../src/model/night.ts'
import { count, shareOf } from './figures.ts'

export const doseColumns: readonly string[] = ['Cause', 'By', 'Up to', 'Decisions', 'Of these', 'Share']

/** One row a bucket. */
export const doseCells = ({ cause, dose, buckets }: NightDose): readonly (readonly string[])[] =>
  buckets.map(({ upToMs, decisions, hits }) => [
    cause,
    dose,
    upToMs === null ? 'more' : durationWords(upToMs),
    count(decisions),
    count(hits),
    shareOf(hits, decisions),
  ])

/** What the guards found, as sentences; an alarm says so. */
export const guardSentences = ({
  doses,
  timingRule,
  placebo,
  scanned,
}: NightGuards): readonly { readonly words: string; readonly isAlarm: boolean }[] => [
  ...doses.map(({ words, verdict }) => ({ words, isAlarm: verdict === 'plateau' })),
  timingRule === null
    ? { words: 'No business rule foretells timing.', isAlarm: false }
    : {
        words: `A business rule foretells ${count(timingRule.explains)} of ${count(timingRule.of)} cases of timing, which chance does not: ${timingRule.words}`,
        isAlarm: true,
      },
  ...(placebo.tried === 0
    ? []
    : [
        {
          words: `At another instant, chosen by chance, ${count(placebo.restored)} of ${count(placebo.tried)} residues of logic would have agreed (${shareOf(placebo.restored, placebo.tried)}): so little does an inexact instant prove.`,
          isAlarm: false,
        },
      ]),
  ...(scanned === 0
    ? []
    : [
        {
          words: `${count(scanned)} decisions are explained by another instant of the legacy's own transaction, or another order of commits, which is grade B.`,
          isAlarm: false,
        },
      ]),
]
