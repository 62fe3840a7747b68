import type { NightContext } from '../../src/model/night.ts'
import { doseCells, doseColumns, guardSentences } from '../wording/guards.ts'
import { table } from './table.ts'
import type { Html } from './template.ts'
import { html } from './template.ts'

/** Whether timing and stale data behave like what they are called; an alarm is marked. */
export const guards = ({ guards: told }: NightContext): Html => {
  const sentences = guardSentences(told).map(({ words, isAlarm }) => html`<p>${isAlarm ? html`<b class="warn">${words}</b>` : words}</p>`)
  const rows = told.doses.flatMap(doseCells)
  const columns = doseColumns.map((title, at) => ({ title, numeric: at > 1 }))
  return html`${sentences}${rows.length === 0 ? null : table('Share of timing and stale data by lag and age', columns, rows)}`
}
