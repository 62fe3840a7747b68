import type { HiddenRule, RuleCounts } from '../../src/model/hidden-rule.ts'
import type { NightContext } from '../../src/model/night.ts'
import { cut, visible } from '../wording/data-text.ts'
import { count, money, percent, plural } from '../wording/figures.ts'
import { epochText } from '../wording/instant.ts'
import { literalText, ruleStatus, ruleSupport, stepText } from '../wording/rule.ts'
import { leftOut } from './table.ts'
import type { Content, Html } from './template.ts'
import { html } from './template.ts'

const maxRules = 60
const maxLeads = 40
const maxIds = 10

/** What the legacy does and nobody had written down: the sentence, the formula, and how sure it is. */
export const rules = (context: NightContext, anchors: ReadonlyMap<string, string>): Html => {
  const order = { confirmed: 0, provisional: 1, lead: 2 } as const
  const sorted = [...context.rules].sort((a, b) => order[a.status] - order[b.status])
  const told = sorted.filter((rule) => rule.status !== 'lead')
  const leads = sorted.filter((rule) => rule.status === 'lead')
  if (sorted.length === 0) return html`<p class="note">None found.</p>`
  const left = Math.max(0, told.length - maxRules) + Math.max(0, leads.length - maxLeads)
  return html`${told.slice(0, maxRules).map((rule) => ruleCard(rule, anchors))}${
    leads.length === 0
      ? null
      : html`<details><summary>${plural(leads.length, 'lead')}: hints only, not shown to be true</summary>${leads.slice(0, maxLeads).map((rule) => ruleCard(rule, anchors))}</details>`
  }${leftOut(left, plural(left, 'more rule'))}`
}

const ruleCard = (rule: HiddenRule, anchors: ReadonlyMap<string, string>): Html => {
  const { fits, total } = ruleSupport(rule)
  return html`
<article class="card rule"><p class="status s-${rule.status}">${ruleStatus[rule.status]}</p><p class="sentence">${cut(rule.words, 600)}</p>
<dl class="facts">
${fact('When', html`<ul class="plain">${rule.predicate.slice(0, maxIds).map((literal) => html`<li><code>${literalText(literal)}</code></li>`)}</ul>`)}${(rule.unless ?? []).slice(0, maxIds).map((one) => fact('Unless', html`<code>${one.map(literalText).join(' and ')}</code>`))}
${fact('Then', html`<ul class="plain">${rule.effect.slice(0, maxIds).map((step) => html`<li><code>${stepText(step)}</code></li>`)}</ul>`)}
${fact('Support', `${count(fits)} of ${count(total)} decisions that it speaks about`)}
${fact('Precision', html`${precision(rule)}${percent(rule.precision)}, surely at least ${percent(rule.precisionLower)}`)}
${fact('Learned on', countsText(rule.train))}
${fact('Held out', countsText(rule.holdout))}
${fact('Replay', `${plural(rule.replay.restored, 'decision')} restored, ${plural(rule.replay.broken, 'agreement')} broken`)}
${fact('Seen', `${epochText(rule.firstSeenAt)} to ${epochText(rule.lastSeenAt)}`)}
${fact('At stake', money(rule.exposure))}
${rule.examples.length === 0 ? null : fact('Examples', ids(rule.examples, anchors))}
${fact('Counter-examples', rule.counterExamples.length === 0 ? 'none' : ids(rule.counterExamples, anchors))}
</dl></article>`
}

const fact = (name: string, content: Content): Html => html`<div><dt>${name}</dt><dd>${content}</dd></div>`

const countsText = ({ fits, breaks, other }: RuleCounts): string =>
  `${count(fits)} fit, ${count(breaks)} broke it, ${count(other)} did a third thing`

/** The precision as a line, its lower bound as the solid part. */
const precision = (rule: HiddenRule): Html => {
  const width = (share: number): number => (Number.isFinite(share) ? Math.round(Math.min(1, Math.max(0, share)) * 1000) / 10 : 0)
  return html`<svg class="bar small" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="100" height="10"/><rect class="faint" width="${width(rule.precision)}" height="10"/><rect class="solid" width="${width(rule.precisionLower)}" height="10"/></svg>`
}

const ids = (all: readonly string[], anchors: ReadonlyMap<string, string>): Html => {
  const shown = all.slice(0, maxIds).map((id) => {
    const anchor = anchors.get(id)
    const name = html`<code>${cut(visible(id), 40)}</code>`
    return html`<li>${anchor === undefined ? name : html`<a href="#${anchor}">${name}</a>`}</li>`
  })
  return html`<ul class="ids">${shown}${all.length > maxIds ? html`<li>and ${count(all.length - maxIds)} more</li>` : null}</ul>`
}
