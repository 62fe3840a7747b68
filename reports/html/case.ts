import type { NightCase } from '../../src/model/night.ts'
import type { Evidence, RestoringRead } from '../../src/model/verdict.ts'
import { cut, visible } from '../wording/data-text.ts'
import { differenceCount, differenceLines } from '../wording/difference-lines.ts'
import type { FieldRow } from '../wording/fields.ts'
import { differingText, fieldRows, leaves } from '../wording/fields.ts'
import { count, plural } from '../wording/figures.ts'
import { instantText } from '../wording/instant.ts'
import { noAnswerText } from '../wording/observation.ts'
import { ageText } from '../wording/reads.ts'
import { causeChip } from './cause-chip.ts'
import { table } from './table.ts'
import type { Html } from './template.ts'
import { html } from './template.ts'

const maxFields = 30
const maxReads = 10
const maxReadFields = 12
const maxEvidence = 8

/** One divergence told in full: three answers side by side, the reads that explain it, the evidence. */
export const caseDetails = (one: NightCase, anchor: string): Html => html`
<details class="case" id="${anchor}"><summary>${causeChip(one.cause)}<span class="key">${cut(one.key, 60)}</span><span class="differing">${differingText(one.differences)}</span><span class="when">${instantText(one.at)}</span></summary>
<div class="body">
<p class="note">Decision <code>${cut(one.id, 80)}</code> · grade ${one.grade}, ${one.grade === 'A' ? 'exact position' : 'the legacy’s read position is known as an interval only'}${one.latent ? ' · latent: live it agreed by luck' : ''}</p>
${one.evidence.length === 0 && one.rule === null ? null : evidence(one)}
${sides(one)}
${alone(one)}
${one.restoring.length === 0 ? null : reads(one.restoring)}
${trigger(one)}
</div></details>`

const evidence = (one: NightCase): Html =>
  html`<ul class="evidence">${one.rule === null ? null : html`<li><b>Rule</b> ${cut(one.rule, 400)}</li>`}${one.evidence.slice(0, maxEvidence).map(evidenceItem)}</ul>`

const evidenceItem = ({ words, test }: Evidence): Html =>
  html`<li>${cut(words, 600)} <code class="test">${cut(visible(test), 60)}</code></li>`

const sides = (one: NightCase): Html => {
  const rows = fieldRows(one)
  const shown = rows.slice(0, maxFields)
  const none = [one.legacy, one.live, one.asOf].map(noAnswerText)
  const columns = [{ title: 'Field' }, { title: 'Legacy' }, { title: 'Candidate, live' }, { title: 'Candidate, as of the legacy’s commit' }]
  return html`<div class="sides">${table('Answers side by side', columns, [
    ...(none.every((text) => text === null) ? [] : [['no answer', ...none.map((text) => (text === null ? '' : html`<em>${text}</em>`))]]),
    ...shown.map(fieldCells),
  ])}</div>${rows.length > shown.length ? html`<p class="note">${plural(rows.length - shown.length, 'more field')} left out.</p>` : null}`
}

const fieldCells = (row: FieldRow): readonly (Html | string)[] => [
  html`<code>${row.path}</code>`,
  side(row.legacy, false),
  side(row.live, row.differs && row.live !== row.legacy),
  side(row.asOf, row.differs && row.asOf !== row.legacy),
]

/** The first difference by itself, as a patch is written. */
const alone = ({ differences }: NightCase): Html | null => {
  const first = differences[0]
  if (first === undefined) return null
  const all = differenceCount(differences)
  const title = all === 1 ? 'The difference alone' : `The first of ${count(all)} differences alone`
  return html`<details class="trigger"><summary>${title}</summary><p class="note"><code>-</code> legacy, <code>+</code> candidate</p><pre>${differenceLines(first).join('\n')}</pre></details>`
}

/** A differing cell carries a sign and a word for screen readers, not colour alone. */
const side = (text: string | null, differs: boolean): Html => {
  const value = text === null ? html`<span class="absent">absent</span>` : html`<bdi>${text}</bdi>`
  return differs ? html`<mark><span class="sign" aria-hidden="true">≠</span><span class="hidden">differs: </span>${value}</mark>` : value
}

const reads = (all: readonly RestoringRead[]): Html => {
  const rows = all
    .slice(0, maxReads)
    .map((read) => [
      html`<code>${cut(visible(`${read.projection} ${read.key}`), 120)}</code>`,
      ...seenAndHad(read),
      ageText(read),
      causeChip(read.cause),
    ])
  const columns = ['Read', 'The candidate saw', 'The legacy had', 'Age', 'Makes it'].map((title) => ({ title }))
  const left = all.length - rows.length
  return html`<h5>${all.length === 1 ? 'The read that explains it' : 'The reads that explain it'}</h5>${table('Explaining reads', columns, rows)}${
    left > 0 ? html`<p class="note">${plural(left, 'more read')} left out.</p>` : null
  }`
}

/** Both values field by field in one order, so that the eye finds what changed. */
const seenAndHad = ({ seen, atLegacyCommit }: RestoringRead): readonly [Html, Html] => {
  const [saw, had] = [leaves(seen), leaves(atLegacyCommit)]
  const paths = [...new Set([...had.keys(), ...saw.keys()])].sort()
  const differing = paths.filter((path) => saw.get(path) !== had.get(path))
  const shown = [...differing, ...paths.filter((path) => saw.get(path) === had.get(path))].slice(0, maxReadFields)
  const list = (of: ReadonlyMap<string, string>, mark: boolean): Html =>
    html`<ul class="plain">${shown.map((path) => {
      const value = of.get(path)
      const name = path === '' ? null : html`<span class="name">${visible(path.slice(1))}</span> `
      return value === undefined ? null : html`<li>${name}${side(value, mark && differing.includes(path))}</li>`
    })}</ul>`
  return [list(saw, true), list(had, false)]
}

const trigger = (one: NightCase): Html => {
  const all = [...leaves(one.trigger)]
  const rows = all
    .slice(0, maxFields)
    .map(([path, text]) => [html`<code>${path === '' ? 'data' : visible(path.slice(1))}</code>`, html`<bdi>${text}</bdi>`])
  return html`<details class="trigger"><summary>What was asked</summary>${table('What was asked', [{ title: 'Field' }, { title: 'Value' }], rows)}${all.length > maxFields ? html`<p class="note">${count(all.length - maxFields)} more fields left out.</p>` : null}</details>`
}
