import type { NightContext } from '../../src/model/night.ts'
import { accountBalances, accountTerms } from '../wording/account.ts'
import { count, plural, shareOf } from '../wording/figures.ts'
import { table } from './table.ts'
import type { Html } from './template.ts'
import { html } from './template.ts'

/** Where every legacy decision went, as a sum that anyone can check. */
export const account = (context: NightContext): Html => {
  const { decisions } = context.account
  const rows = accountTerms(context).map(({ name, value, meaning }, at) => [
    html`<span class="op">${at === 0 ? '=' : '+'}</span>${name}`,
    count(value),
    shareOf(value, decisions),
    meaning,
  ])
  return html`
<p class="${accountBalances(context) ? 'balance good' : 'balance bad'}">${
    accountBalances(context)
      ? `✓ All ${plural(decisions, 'legacy decision')} are accounted for; remainder zero.`
      : '✗ The account does not balance: Banyan lost count, and nothing below can be trusted.'
  }</p>
${table(
  'Account of decisions',
  [{ title: 'Term' }, { title: 'Decisions', numeric: true }, { title: 'Share', numeric: true }, { title: 'Meaning' }],
  [
    [html`<b>legacy decisions</b>`, html`<b>${count(decisions)}</b>`, '', 'every decision that the legacy was asked for in this window'],
    ...rows,
  ],
)}`
}
