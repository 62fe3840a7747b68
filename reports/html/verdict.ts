import type { NightContext } from '../../src/model/night.ts'
import type { GateCheck, GateVerdict } from '../../src/model/readiness.ts'
import { count, money, plural, shareOf, tookText } from '../wording/figures.ts'
import { checkMark, checkWords, etaText, verdictSentence } from '../wording/gate.ts'
import { boundChart } from './bound.ts'
import type { Html } from './template.ts'
import { html } from './template.ts'

/** The verdict's class: its colour. The words say the same. */
export const verdictClass: Readonly<Record<GateVerdict, string>> = { READY: 'good', 'NOT READY': 'bad', 'INSUFFICIENT EVIDENCE': 'unsure' }

/** The gate's answer first, then what it rests on. */
export const verdict = (context: NightContext): Html => {
  const { readiness } = context
  const order = { fail: 0, insufficient: 1, pass: 2 } as const
  const checks = [...readiness.checks].sort((a, b) => order[a.verdict] - order[b.verdict])
  return html`
<div class="verdict ${verdictClass[readiness.verdict]}"><p class="word">${readiness.verdict}</p><p>${verdictSentence(readiness)}</p></div>
${keyFigures(context)}
${checks.length === 0 ? html`<p class="note">The gate has asked nothing yet.</p>` : html`<ul class="checks">${checks.map(checkItem)}</ul>`}`
}

const checkItem = (check: GateCheck): Html => {
  const eta = etaText(check)
  return html`<li class="${check.verdict}"><span class="mark" aria-hidden="true">${checkMark[check.verdict]}</span>
<div><p class="title">${check.title} <span class="state">${checkWords[check.verdict]}</span></p>
<dl><dt>Required</dt><dd>${check.required}</dd><dt>Actual</dt><dd>${check.actual}</dd>${
    check.missing === null
      ? null
      : html`<dt>Missing</dt><dd>${check.missing}${eta === null ? null : html` <span class="eta">${eta}</span>`}</dd>`
  }</dl>${boundChart(check)}</div></li>`
}

const keyFigures = (context: NightContext): Html => {
  const { account, latencyMs } = context
  const stake = context.byCause.reduce<number | null>((sum, one) => (one.exposure === null ? sum : (sum ?? 0) + one.exposure), null)
  const figures: readonly (readonly [string, string, string])[] = [
    ['Compared', count(account.compared), `of ${plural(account.decisions, 'legacy decision')}`],
    ['Agreed', shareOf(context.agreed, account.compared), plural(context.agreed, 'decision')],
    ['Diverged', count(context.diverged), `${shareOf(context.diverged, account.compared)} of those compared`],
    ['Latent', count(context.latent), 'agree live by luck; will show after cutover'],
    ['At stake', money(stake), 'money in diverging decisions'],
    [
      'Candidate',
      latencyMs === null ? '–' : tookText(latencyMs.p50),
      latencyMs === null ? 'not measured' : `median; p95 ${tookText(latencyMs.p95)}, p99 ${tookText(latencyMs.p99)}`,
    ],
  ]
  return html`<dl class="figures">${figures.map(([name, value, note]) => html`<div><dt>${name}</dt><dd><b>${value}</b><span>${note}</span></dd></div>`)}</dl>`
}
