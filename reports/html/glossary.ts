import { causeOrder, causeWords } from '../wording/causes.ts'
import { causeChip } from './cause-chip.ts'
import type { Html } from './template.ts'
import { html } from './template.ts'

const terms: readonly (readonly [string, string])[] = [
  [
    'Legacy, candidate',
    'The system that decides today, and the one that is to take over. The candidate runs beside the legacy and cannot touch anything.',
  ],
  ['Live', 'The candidate’s answer with what its projections held at that instant, lag included.'],
  ['As of', 'The same decision again, with every read just as it was before the legacy’s own commit: free of lag by construction.'],
  ['Latent', 'Live and legacy agreed, but as of the legacy’s commit they do not: it will show after cutover, so it counts.'],
  ['Grade', 'A: the position of the legacy’s read is exact. B: it is known as an interval, which was scanned.'],
  ['At stake', 'Money in the diverging decisions, as the context declares it, in hundredths of the currency’s unit; not a loss.'],
]

/** The words of this page. */
export const glossary = (): Html => html`
<section id="glossary" aria-labelledby="glossary-title"><h2 id="glossary-title">Glossary</h2><dl class="glossary">
${causeOrder.map((cause) => html`<div><dt>${causeChip(cause)}</dt><dd>${causeWords[cause].meaning} ${causeWords[cause].action}</dd></div>`)}
${terms.map(([term, meaning]) => html`<div><dt>${term}</dt><dd>${meaning}</dd></div>`)}
</dl></section>`
