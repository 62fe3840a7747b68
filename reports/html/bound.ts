import type { GateCheck } from '../../src/model/readiness.ts'
import { percent } from '../wording/figures.ts'
import type { Html } from './template.ts'
import { html } from './template.ts'

const chart = { width: 560, height: 62, left: 12, right: 12, axisY: 30 } as const
const decades = [1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1] as const

/** On a scale of powers of ten, since what may be and what was seen lie far apart; zero stands at the left edge. */
const xOf = (share: number): number => {
  const place = (Math.log10(Math.min(1, Math.max(share, 1e-5))) + 5) / 5
  return Math.round((chart.left + place * (chart.width - chart.left - chart.right)) * 10) / 10
}

/** The share that was seen, the bound it surely does not exceed, and the limit. Nothing where the check is not about a share. */
export const boundChart = ({ bound }: GateCheck): Html | null => {
  if (bound === undefined || ![bound.share, bound.upper, bound.limit].every(Number.isFinite)) return null
  const [seen, upper, limit] = [xOf(bound.share), xOf(bound.upper), xOf(bound.limit)]
  const told = `Seen ${percent(bound.share)}, surely at most ${percent(bound.upper)}, allowed ${percent(bound.limit)}`
  return html`<div class="scroll bound" tabindex="0" role="region" aria-label="Bound of the mismatches, as a chart"><svg viewBox="0 0 ${chart.width} ${chart.height}" role="img" aria-label="${told}"><title>${told}</title>
<line class="grid" x1="${chart.left}" x2="${chart.width - chart.right}" y1="${chart.axisY}" y2="${chart.axisY}"/>
${decades.map((share) => html`<line class="grid" x1="${xOf(share)}" x2="${xOf(share)}" y1="${chart.axisY - 4}" y2="${chart.axisY + 4}"/><text class="axis ${share === 1 ? 'end' : share === 1e-5 ? 'start' : 'middle'}" x="${xOf(share)}" y="${chart.height - 8}">${share === 1e-5 ? '0' : percent(share)}</text>`)}
<rect class="${bound.upper <= bound.limit ? 'within' : 'beyond'}" x="${seen}" y="${chart.axisY - 5}" width="${Math.max(2, upper - seen)}" height="10" rx="2"/>
<circle class="seen" cx="${seen}" cy="${chart.axisY}" r="5"/>
<line class="limit" x1="${limit}" x2="${limit}" y1="14" y2="${chart.axisY + 10}"/><text class="axis middle" x="${limit}" y="10">limit</text></svg></div>`
}
