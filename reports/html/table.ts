import type { Content, Html } from './template.ts'
import { html } from './template.ts'

/** One column: its heading, and whether its cells are numbers, which stand to the right. */
export interface Column {
  readonly title: string
  readonly numeric?: boolean
}

/** A table that scrolls sideways when it must, reachable by keyboard. The first cell of each row is its heading. */
export const table = (label: string, columns: readonly Column[], rows: readonly (readonly Content[])[]): Html => html`
<div class="scroll" tabindex="0" role="region" aria-label="${label}"><table>
<thead><tr>${columns.map((column) => html`<th scope="col"${numeric(column)}>${column.title}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((cell, at) => cellOf(cell, at, columns[at]))}</tr>`)}</tbody>
</table></div>`

const numeric = (column: Column | undefined): Html | null => (column?.numeric === true ? html` class="n"` : null)

const cellOf = (cell: Content, at: number, column: Column | undefined): Html =>
  at === 0 ? html`<th scope="row"${numeric(column)}>${cell}</th>` : html`<td${numeric(column)}>${cell}</td>`

/** Says how many were left out; nothing when none were. */
export const leftOut = (left: number, what: string): Html | null =>
  left <= 0 ? null : html`<p class="note">${what} left out here; the JSON report has every one.</p>`
