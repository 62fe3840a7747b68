import type { RecordedRead, ReadEntry } from '../../src/model/read.ts'
import { epochMs } from '../../src/model/ids.ts'
import type { DeliveryLine, RecordedAnswer } from '../../src/ports/delivery-source.ts'
import type { Scenario } from './scenario.ts'
import type { Stage } from './stage.ts'
import { benchContext, lostName } from './stage.ts'
import { arrivesInOrder, shownAt } from './world/feed.ts'
import type { Decided } from './world/simulate.ts'
import type { Truth } from './world/truth.ts'

/** What had reached the candidate's stores, and when it decided. */
export const deliveryLines = (scenario: Scenario, stage: Stage, truths: readonly Truth[]): readonly DeliveryLine[] => {
  const { domain } = scenario.options
  const tables = new Map([
    [domain.state.projection, domain.state.table],
    ...domain.references.map((each) => [each.projection, each.table] as const),
  ])
  const lines: DeliveryLine[] = []
  for (const [projection, arrivals] of Object.entries(scenario.view.arrivals)) {
    const feed = scenario.feeds[projection]
    const faultless = scenario.capture.clockErrorMs === 0 && scenario.capture.missingShare === 0
    const inOrder = faultless && feed !== undefined && arrivesInOrder(feed)
    for (const [key, all] of arrivals) {
      const chain = scenario.world.history.of(projection, key)
      for (const { atMs, index, value } of all) {
        const at = epochMs(atMs)
        const version = index === null ? undefined : chain[index]
        const position = version === undefined ? undefined : stage.places.get(version.seq)
        if (version === undefined || position === undefined) lines.push({ kind: 'delivered', projection, key, value, at })
        else if (inOrder) lines.push({ kind: 'frontier', projection, position, at })
        else {
          const isLost = stage.lost.has(lostName(tables.get(projection) ?? '', key, version.seq))
          lines.push({ kind: 'delivered', projection, key, position, at, ...(isLost ? { value } : {}) })
        }
      }
    }
  }
  for (const [at, decided] of scenario.world.decided.entries()) {
    const truth = truths[at]
    const wasOlder = decided.candidateAtMs < scenario.view.presentSinceMs && truth !== undefined
    lines.push({
      kind: 'decided',
      context: benchContext,
      key: decided.key,
      at: epochMs(decided.candidateAtMs),
      ...(wasOlder ? { live: recorded(scenario, stage, decided, truth) } : {}),
    })
  }
  return lines
}

/** The answer of code that is no longer there, as it was recorded. */
const recorded = (scenario: Scenario, stage: Stage, decided: Decided, truth: Truth): RecordedAnswer => {
  const { domain } = scenario.options
  const entry = (projection: string, key: string): ReadEntry => {
    const chain = scenario.world.history.of(projection, key)
    const shown = shownAt(scenario.view.arrivals[projection] ?? new Map(), chain, key, decided.candidateAtMs, decided.seq)
    const version = shown === null || shown.index === null ? undefined : chain[shown.index]
    const position = version === undefined ? undefined : stage.places.get(version.seq)
    return {
      key,
      value: shown?.value ?? null,
      version:
        version === undefined || position === undefined
          ? null
          : { position, ordinal: version.ordinal, committedAt: epochMs(version.committedAtMs) },
    }
  }
  const read = (projection: string, kind: RecordedRead['kind'], key: string, entries: readonly ReadEntry[]): RecordedRead => ({
    projection,
    kind,
    key,
    entries,
    feed: 'stream',
    frontier: null,
    readAt: epochMs(decided.candidateAtMs),
  })
  const references: Record<string, ReadEntry['value']> = {}
  const reads: RecordedRead[] = []
  for (const each of domain.references) {
    const key = each.keyOf(decided.input, references as Parameters<typeof each.keyOf>[1])
    const found = entry(each.projection, key)
    references[each.projection] = found.value
    reads.push(read(each.projection, 'key', key, [found]))
  }
  const asked = String(decided.input[domain.state.askedBy])
  const { state } = domain
  if (state.group === null) reads.push(read(state.projection, 'key', asked, [entry(state.projection, asked)]))
  else {
    const keys = [...state.keys].sort().filter((key) => state.group?.({ [state.keyColumn]: key }) === asked)
    reads.push(
      read(
        state.projection,
        'group',
        asked,
        keys.map((key) => entry(state.projection, key)),
      ),
    )
  }
  return {
    observation:
      truth.live['outcome'] === 'failed'
        ? { kind: 'failed', reason: 'threw', message: 'contract is null' }
        : { kind: 'decided', answer: truth.live, effects: [] },
    reads,
    candidateVersion: 'v1',
    tookMs: 1,
  }
}
