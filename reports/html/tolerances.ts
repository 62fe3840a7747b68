import type { NightContext, NightTolerance } from '../../src/model/night.ts'
import { toleranceCells, toleranceColumns } from '../wording/tolerance.ts'
import { leftOut, table } from './table.ts'
import type { Content, Html } from './template.ts'
import { html } from './template.ts'

const maxRows = 100

/** What is allowed to differ, and what that hid; one past its day is marked. */
export const tolerances = (context: NightContext): Html => {
  if (context.tolerances.length === 0) return html`<p class="note">Nothing is: every field is compared exactly.</p>`
  const shown = context.tolerances.slice(0, maxRows)
  const left = context.tolerances.length - shown.length
  const columns = toleranceColumns.map((title) => ({ title }))
  return html`${table('Tolerances', columns, shown.map(row))}${leftOut(left, `${left} more tolerances`)}`
}

const row = (one: NightTolerance): readonly Content[] =>
  toleranceCells(one).map((cell, at) =>
    at === 0 ? html`<code>${cell}</code>` : at === 3 && one.expired ? html`<b class="warn">${cell}</b>` : cell,
  )
