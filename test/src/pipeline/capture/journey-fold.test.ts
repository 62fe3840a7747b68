import fc from 'fast-check'
import { expect, test } from 'vitest'
import { expireJourney, foldJourney } from '../../../../rules/fold-journey.ts'
import { all, journey } from '../../../../rules/journey.ts'
import type { BusinessEvent } from '../../../../src/model/business-event.ts'
import type { EventId } from '../../../../src/model/ids.ts'
import { epochMs, journeyKey, position, sourceName } from '../../../../src/model/ids.ts'
import type { JourneyState } from '../../../../src/model/journey.ts'
import type { Moment } from '../../../../src/pipeline/capture/journey-fold.ts'
import { foldJourneys } from '../../../../src/pipeline/capture/journey-fold.ts'

const source = sourceName('oms')
const order = journey('order', {
  milestones: { placed: 'order.placed', reserved: 'inventory.reserved', confirmed: all('order.placed', 'inventory.reserved') },
  limits: { reserved: '10 ms' },
})

/** With `commit`: nothing was committed at `at`, and the log stands where the commit of then left it. */
const moment = (at: number, facts: readonly { readonly type: string; readonly key: string }[], commit = at): Moment => ({
  position: position(`e:${String(commit).padStart(6, '0')}`),
  at: epochMs(at),
  isIdle: commit !== at,
  events: facts.map(
    ({ type, key }, ordinal): BusinessEvent => ({
      id: `${type}/${key}/${at}/${ordinal}` as EventId,
      type,
      source,
      key: journeyKey(key),
      data: {},
      occurredAt: epochMs(at),
      position: position(`e:${String(at).padStart(6, '0')}`),
      ordinal,
      journey: 'order',
      milestone: null,
      rule: { name: type, version: 1 },
      causes: [],
    }),
  ),
})

/** Folds the moments in batches of the given sizes against a store that remembers states between them. */
const foldIn = async (
  moments: readonly Moment[],
  sizes: readonly number[],
): Promise<{ events: readonly BusinessEvent[]; states: unknown }> => {
  const kept = new Map<string, JourneyState>()
  const events: BusinessEvent[] = []
  let at = 0
  for (let turn = 0; at < moments.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1
    const folded = await foldJourneys({
      journeys: new Map([['order', order]]),
      functions: { fold: foldJourney, expire: expireJourney },
      store: {
        journeyStates: async (keys) => keys.flatMap((one) => kept.get(one.key) ?? []),
        lastEventOrdinal: async (_, at) => events.findLast((event) => event.position === at)?.ordinal ?? null,
        journeysDue: async (due) => [...kept.values()].filter((state) => state.dueAt !== null && state.dueAt <= due),
      },
      source,
      moments: moments.slice(at, at + size),
    })
    for (const state of folded.states) kept.set(state.key, state)
    events.push(...folded.events)
    at += size
  }
  return { events, states: [...kept].sort() }
}

test('facts, derived milestones and time-outs are the same however commits are batched', async () => {
  const fact = fc.record({ type: fc.constantFrom('order.placed', 'inventory.reserved'), key: fc.constantFrom('A', 'B', 'C') })
  const step = fc.record({ gap: fc.integer({ min: 1, max: 9 }), facts: fc.array(fact, { maxLength: 3 }), isIdle: fc.boolean() })
  const steps = fc.array(step, { minLength: 1, maxLength: 20 })
  await fc.assert(
    fc.asyncProperty(steps, fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 }), async (gaps, sizes) => {
      let [at, commit] = [0, 0]
      const moments = gaps.map(({ gap, facts, isIdle }) => {
        at += gap
        if (!isIdle) commit = at
        return isIdle ? moment(at, [], commit) : moment(at, facts)
      })
      const folded = await foldIn(moments, sizes)
      expect(folded).toEqual(await foldIn(moments, [1]))
      const places = folded.events.map((event) => `${event.position} ${String(event.ordinal).padStart(10, '0')}`)
      expect(places).toEqual([...new Set(places)].sort())
    }),
    { numRuns: 200 },
  )
})

test('a limit expires at the first commit after it, once, and the ordinals of a commit have no gap', async () => {
  const folded = await foldIn(
    [moment(1, [{ type: 'order.placed', key: 'A' }]), moment(5, []), moment(20, [{ type: 'order.placed', key: 'B' }]), moment(30, [])],
    [4],
  )
  const told = folded.events.map((event) => [event.type, event.key, event.position, event.ordinal])
  expect(told).toEqual([
    ['order.placed', 'A', 'e:000001', 0],
    ['order.placed', 'B', 'e:000020', 0],
    ['order.reserved-overdue', 'A', 'e:000020', 1],
  ])
})

test('an idle source that tells of a limit first changes nothing but the place of that event', async () => {
  const facts = (key: string): { readonly type: string; readonly key: string }[] => [
    { type: 'order.placed', key },
    { type: 'inventory.reserved', key },
  ]
  const busy = [moment(1, [{ type: 'order.placed', key: 'A' }]), moment(20, facts('B'))]
  const idle = [...busy.slice(0, 1), moment(15, [], 1), ...busy.slice(1)]
  const told = async (moments: readonly Moment[]): Promise<readonly unknown[]> =>
    (await foldIn(moments, [3])).events
      .map((event) => (event.type.endsWith('-overdue') ? { ...event, position: null, ordinal: null } : event))
      .sort((a, b) => (a.id < b.id ? -1 : 1))
  expect(await told(idle)).toEqual(await told(busy))
  expect(await told(busy)).toHaveLength(5)
})
