import type { CauseLabel, NightContext } from '../../src/model/night.ts'
import { causeOrder, causeWords } from '../wording/causes.ts'
import { count, plural } from '../wording/figures.ts'
import { instantText } from '../wording/instant.ts'
import { causeChip } from './cause-chip.ts'
import { table } from './table.ts'
import type { Html } from './template.ts'
import { html } from './template.ts'

type Bucket = NightContext['timeline'][number]

const chart = { width: 960, height: 250, left: 52, right: 8, top: 14, bottom: 30 } as const
const plot = { width: chart.width - chart.left - chart.right, height: chart.height - chart.top - chart.bottom } as const
const maxBuckets = 400

const totalOf = (bucket: Bucket): number => causeOrder.reduce((sum, cause) => sum + (bucket.byCause[cause] ?? 0), 0)

/** Divergences over time as stacked bars, with the same figures as a table for those who cannot see them. */
export const timeline = (context: NightContext): Html | null => {
  const buckets = context.timeline.slice(-maxBuckets)
  const shown = causeOrder.filter((cause) => buckets.some((bucket) => (bucket.byCause[cause] ?? 0) > 0))
  if (buckets.length === 0 || shown.length === 0) return null
  const top = roundUp(Math.max(...buckets.map(totalOf)))
  const place = placing(buckets)
  return html`
<div class="scroll chart" tabindex="0" role="region" aria-label="Divergences over time, as a chart"><svg viewBox="0 0 ${chart.width} ${chart.height}" role="img" aria-label="Divergences over time by cause; the table below has the figures">
${gridLines(top)}${buckets.map((bucket) => stack(bucket, place, top))}${timeLabels(buckets, place)}
</svg></div>
<p class="legend">${shown.map(causeChip)}</p>
<details class="figures-table"><summary>The figures of this chart</summary>${figures(buckets, shown)}</details>`
}

interface Placing {
  readonly xOf: (bucket: Bucket) => number
  readonly width: number
}

/** By time, so that a gap without decisions is seen as a gap. */
const placing = (buckets: readonly Bucket[]): Placing => {
  const times = buckets.map((bucket) => Date.parse(bucket.at))
  const first = times[0] ?? 0
  const gaps = times.slice(1).map((at, index) => at - (times[index] ?? at))
  const spanMs = gaps.length === 0 ? 1 : Math.max(1, Math.min(...gaps))
  const slots = Math.max(1, Math.round(((times.at(-1) ?? first) - first) / spanMs) + 1)
  const step = plot.width / slots
  return { xOf: (bucket) => chart.left + ((Date.parse(bucket.at) - first) / spanMs) * step, width: Math.min(48, Math.max(1, step * 0.82)) }
}

const rounded = (value: number): number => Math.round(value * 100) / 100

const stack = (bucket: Bucket, { xOf, width }: Placing, top: number): Html => {
  let base = chart.top + plot.height
  const bars = causeOrder.map((cause) => {
    const height = ((bucket.byCause[cause] ?? 0) / top) * plot.height
    if (height === 0) return null
    base -= height
    return html`<rect class="c-${cause}" x="${rounded(xOf(bucket))}" y="${rounded(base)}" width="${rounded(width)}" height="${rounded(height)}"/>`
  })
  return html`<g><title>${tip(bucket)}</title>${bars}</g>`
}

const tip = (bucket: Bucket): string => {
  const parts = causeOrder
    .filter((cause) => (bucket.byCause[cause] ?? 0) > 0)
    .map((cause) => `${causeWords[cause].title} ${count(bucket.byCause[cause] ?? 0)}`)
  return `${instantText(bucket.at)}: ${plural(totalOf(bucket), 'divergence')} in ${plural(bucket.decisions, 'decision')}. ${parts.join(', ')}`
}

/** The next of 1, 2, 5 times a power of ten. */
const roundUp = (value: number): number => {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, value)))
  return ([1, 2, 4, 5, 10].find((factor) => factor * power >= value) ?? 10) * power
}

const gridLines = (top: number): Html => {
  const steps = Math.min(top, 4)
  const lines = Array.from({ length: steps + 1 }, (_, at) => ({
    value: (top / steps) * at,
    y: rounded(chart.top + plot.height * (1 - at / steps)),
  }))
  return html`${lines.map(({ value, y }) => html`<line class="grid" x1="${chart.left}" x2="${chart.width - chart.right}" y1="${y}" y2="${y}"/><text class="axis end" x="${chart.left - 8}" y="${y + 4}">${Number.isInteger(value) ? count(value) : value}</text>`)}`
}

const timeLabels = (buckets: readonly Bucket[], { xOf }: Placing): Html => {
  let free = Number.NEGATIVE_INFINITY
  const labels = buckets.flatMap((bucket) => {
    const x = xOf(bucket)
    if (x < free || x > chart.width - 90) return []
    free = x + 150
    return [html`<text class="axis" x="${rounded(x)}" y="${chart.height - 8}">${instantText(bucket.at).slice(5, 16)}</text>`]
  })
  return html`${labels}`
}

const figures = (buckets: readonly Bucket[], shown: readonly CauseLabel[]): Html =>
  table(
    'Divergences over time',
    [
      { title: 'From' },
      { title: 'Decisions', numeric: true },
      ...shown.map((cause) => ({ title: causeWords[cause].title, numeric: true })),
    ],
    buckets.map((bucket) => [instantText(bucket.at), count(bucket.decisions), ...shown.map((cause) => count(bucket.byCause[cause] ?? 0))]),
  )
