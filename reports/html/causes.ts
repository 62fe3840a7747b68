import type { NightContext } from '../../src/model/night.ts'
import { causeOrder, causeWords, reasonWords } from '../wording/causes.ts'
import { count, money, shareOf } from '../wording/figures.ts'
import { causeChip } from './cause-chip.ts'
import { table } from './table.ts'
import type { Html } from './template.ts'
import { html } from './template.ts'

/** Divergences by cause: how many, how much money, and what to do. */
export const causes = (context: NightContext): Html => {
  const found = causeOrder.flatMap((cause) => context.byCause.filter((one) => one.cause === cause))
  const most = Math.max(1, ...found.map((one) => one.count))
  const rows = found.map((one) => [
    causeChip(one.cause),
    bar(one.count / most, one.cause),
    count(one.count),
    one.count === 0 ? '' : shareOf(one.count, context.diverged),
    one.count === 0 ? '' : money(one.exposure),
    one.count === 0 ? '' : causeWords[one.cause].action,
  ])
  const columns = [
    { title: 'Cause' },
    { title: '' },
    { title: 'Count', numeric: true },
    { title: 'Share', numeric: true },
    { title: 'At stake', numeric: true },
    { title: 'What to do' },
  ]
  if (context.diverged === 0) return html`<p class="note">No divergence in this window.</p>`
  return html`${table('Divergences by cause', columns, rows)}${unresolved(context)}`
}

const bar = (share: number, cause: string): Html =>
  html`<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect class="c-${cause}" width="${Math.round(share * 1000) / 10}" height="10" rx="1"/></svg>`

const unresolved = (context: NightContext): Html | null =>
  context.unresolved.length === 0
    ? null
    : html`<h4>Why some are unresolved</h4><ul class="plain">${context.unresolved.map((one) => html`<li><b>${count(one.count)}</b> ${reasonWords(one.reason)}</li>`)}</ul>`
