import type { NightCluster, NightContext } from '../../src/model/night.ts'
import { cut } from '../wording/data-text.ts'
import { count, money, plural } from '../wording/figures.ts'
import { causeChip } from './cause-chip.ts'
import { leftOut, table } from './table.ts'
import type { Html } from './template.ts'
import { html } from './template.ts'

const shownAtOnce = 15
const maxClusters = 200

const columns = [
  { title: 'Count', numeric: true },
  { title: 'Cause' },
  { title: 'In words' },
  { title: 'At stake', numeric: true },
  { title: 'Example' },
]

/** A thousand copies of one cause as one row, the largest first. `anchors`: the cases that are on this page. */
export const clusters = (context: NightContext, anchors: ReadonlyMap<string, string>): Html => {
  const all = context.clusters.slice(0, maxClusters)
  const [first, rest] = [all.slice(0, shownAtOnce), all.slice(shownAtOnce)]
  const rows = (some: readonly NightCluster[]): readonly (readonly (Html | string)[])[] => some.map((cluster) => row(cluster, anchors))
  if (all.length === 0) return html`<p class="note">Nothing differs.</p>`
  return html`${table('Clusters of divergences', columns, rows(first))}${
    rest.length === 0
      ? null
      : html`<details><summary>${plural(rest.length, 'smaller cluster')}</summary>${table('Smaller clusters', columns, rows(rest))}</details>`
  }${leftOut(context.clusters.length - all.length, plural(context.clusters.length - all.length, 'more cluster'))}`
}

const row = (
  { count: copies, cause, words, exposure, example, fingerprint }: NightCluster,
  anchors: ReadonlyMap<string, string>,
): readonly (Html | string)[] => {
  const anchor = anchors.get(example)
  return [
    count(copies),
    causeChip(cause),
    html`<span class="words" title="${cut(fingerprint, 80)}">${cut(words, 400)}</span>`,
    money(exposure),
    anchor === undefined ? '' : html`<a href="#${anchor}">see case</a>`,
  ]
}
