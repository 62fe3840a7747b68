import { durationWords } from '../../src/model/duration.ts'
import type { NightContext } from '../../src/model/night.ts'
import { count, shareOf } from '../wording/figures.ts'
import { table } from './table.ts'
import type { Html } from './template.ts'
import { html } from './template.ts'

const columns = [
  { title: 'Projection' },
  { title: 'Kind' },
  { title: 'Filled by' },
  { title: 'Reads', numeric: true },
  { title: 'Stale', numeric: true },
  { title: 'Share', numeric: true },
  { title: 'Lag, median', numeric: true },
  { title: 'Lag, p99', numeric: true },
  { title: 'Limit', numeric: true },
]

/** What the candidate read, and how far behind it was. */
export const feeds = (context: NightContext): Html => {
  if (context.feeds.length === 0) return html`<p class="note">The candidate reads nothing.</p>`
  const rows = context.feeds.map((feed) => [
    html`<code>${feed.projection}</code>`,
    feed.kind === 'state' ? 'state, changes with decisions' : 'reference, master data',
    feed.feed === 'stream' ? 'the change stream' : 'someone else',
    count(feed.reads),
    feed.stale > 0 ? html`<b class="warn">${count(feed.stale)}</b>` : count(feed.stale),
    shareOf(feed.stale, feed.reads),
    lag(feed.lagP50Ms),
    late(feed) ? html`<b class="warn">${lag(feed.lagP99Ms)}</b>` : lag(feed.lagP99Ms),
    feed.freshWithinMs === null ? 'none' : lag(feed.freshWithinMs),
  ])
  return table('Feeds and their lag', columns, rows)
}

const late = ({ lagP99Ms, freshWithinMs }: NightContext['feeds'][number]): boolean =>
  lagP99Ms !== null && freshWithinMs !== null && lagP99Ms > freshWithinMs

/** A negative lag is no lag: what was read was newer than what the legacy had read. */
const lag = (ms: number | null): string => {
  if (ms === null || !Number.isFinite(ms)) return '–'
  return ms < 0 ? `${durationWords(-ms)} ahead` : durationWords(ms)
}
