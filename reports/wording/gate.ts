import type { GateCheck, GateVerdict, Readiness } from '../../src/model/readiness.ts'
import { plural } from './figures.ts'

/** A mark that needs no colour. */
export const checkMark: Readonly<Record<GateCheck['verdict'], string>> = { pass: '✓', fail: '✗', insufficient: '?' }

export const checkWords: Readonly<Record<GateCheck['verdict'], string>> = { pass: 'passes', fail: 'fails', insufficient: 'lacks evidence' }

/** The verdict as one sentence with its reasons counted. */
export const verdictSentence = ({ verdict, checks }: Readiness): string => {
  const of = (wanted: GateCheck['verdict']): number => checks.filter((check) => check.verdict === wanted).length
  const [failing, lacking] = [of('fail'), of('insufficient')]
  const reasons = [
    ...(failing > 0 ? [`${plural(failing, 'check')} of ${checks.length} ${failing === 1 ? 'fails' : 'fail'}`] : []),
    ...(lacking > 0 ? [`${plural(lacking, 'check')} ${lacking === 1 ? 'lacks' : 'lack'} evidence`] : []),
  ]
  return `${opening[verdict]}${reasons.length === 0 ? '' : `: ${reasons.join(', ')}`}.`
}

const opening: Readonly<Record<GateVerdict, string>> = {
  READY: 'Authority may move to the candidate: every check passes',
  'NOT READY': 'Authority must stay with the legacy',
  'INSUFFICIENT EVIDENCE': 'Authority stays with the legacy until there is more evidence',
}

/** `about 3 more nights`; null when nights alone will not do. */
export const etaText = ({ etaNights }: GateCheck): string | null =>
  etaNights === null || etaNights <= 0 ? null : `about ${plural(etaNights, 'more night', 'more nights')}`
