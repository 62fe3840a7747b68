import type { NightContext } from '../../src/model/night.ts'
import { account } from './account.ts'
import { cases, shownCases } from './cases.ts'
import { causes } from './causes.ts'
import { clusters } from './clusters.ts'
import { feeds } from './feeds.ts'
import { guards } from './guards.ts'
import { rules } from './rules.ts'
import { section } from './section.ts'
import type { Html } from './template.ts'
import { html } from './template.ts'
import { timeline } from './timeline.ts'
import { tolerances } from './tolerances.ts'
import { verdict } from './verdict.ts'

/** Parts of a context's chapter, for the list of contents. */
export const chapterParts: readonly (readonly [string, string])[] = [
  ['account', 'Account'],
  ['causes', 'Causes'],
  ['clusters', 'What differs'],
  ['rules', 'Hidden rules'],
  ['cases', 'Cases'],
  ['feeds', 'Feeds'],
  ['guards', 'Guards'],
  ['tolerances', 'Tolerances'],
]

/** Everything about one context: the gate's verdict first, then what it rests on. `id` starts every anchor. */
export const contextChapter = (context: NightContext, id: string, roomBytes: number): Html => {
  const shown = shownCases(context, id)
  const anchors = new Map([...shown].map(([one, anchor]) => [one.id, anchor]))
  return html`
<section class="chapter" id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${context.name}<span class="version">candidate ${context.candidateVersion.slice(0, 16)}</span></h2>
${verdict(context)}
${section(`${id}-account`, 'Account of decisions', account(context))}
${section(`${id}-causes`, 'Divergences by cause', html`${timeline(context)}${causes(context)}`)}
${section(`${id}-clusters`, 'What differs', clusters(context, anchors), 'Divergences of the same cause and shape count as one.')}
${section(`${id}-rules`, 'Hidden rules', rules(context, anchors), 'What the legacy does that the candidate did not know, found in its decisions.')}
${section(`${id}-cases`, 'Example cases', cases(context, shown, roomBytes))}
${section(`${id}-feeds`, 'Feeds and lag', feeds(context), 'Lag is the age of the reads that changed an answer.')}
${section(`${id}-guards`, 'Guards', guards(context), 'Does what is called timing or stale data behave like it?')}
${section(`${id}-tolerances`, 'Tolerances', tolerances(context), 'What is allowed to differ, who answers for it, and what it hid.')}
</section>`
}
