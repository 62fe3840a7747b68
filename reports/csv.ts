import type { Night, NightCase, NightContext } from '../src/model/night.ts'
import { dataText, visible } from './wording/data-text.ts'
import { observationText } from './wording/observation.ts'

const columns = [
  'context',
  'id',
  'key',
  'at',
  'cause',
  'grade',
  'latent',
  'differing',
  'legacy',
  'live',
  'as_of',
  'rule',
  'evidence',
] as const

/** One line for each example case, RFC 4180. A cell that a spreadsheet would take for a formula starts with an apostrophe. */
export const csv = (night: Night): string =>
  [columns.join(','), ...night.contexts.flatMap((context) => context.cases.map((one) => line(context, one)))].join('\r\n').concat('\r\n')

const line = (context: NightContext, one: NightCase): string =>
  [
    context.name,
    one.id,
    one.key,
    one.at,
    one.cause,
    one.grade,
    one.latent ? 'yes' : 'no',
    one.differences.map(({ path, legacy, candidate }) => `${path || '/'}: ${dataText(legacy)} | ${dataText(candidate)}`).join('; '),
    observationText(one.legacy, 1000),
    observationText(one.live, 1000),
    observationText(one.asOf, 1000),
    one.rule ?? '',
    one.evidence.map(({ words }) => words).join(' '),
  ]
    .map(cell)
    .join(',')

const formula = /^\s*[=+\-@]/

const cell = (text: string): string => {
  const safe = visible(formula.test(text) ? `'${text}` : text)
  return /[",]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe
}
