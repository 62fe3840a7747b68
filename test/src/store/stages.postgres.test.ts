import { describe, expect, test } from 'vitest'
import { journeyKey } from '../../../src/model/ids.ts'
import type { LogPoint } from '../../../src/model/read.ts'
import { shadowStage } from '../../../src/ports/shadow-store.ts'
import { emptyStore } from './empty-store.ts'
import { at, batch, context, event, legacy, live, source } from './samples.ts'

const { store } = emptyStore()
const point = (number: number, ordinal = 0): LogPoint => ({ position: at(number), ordinal })

describe('stages', () => {
  test('events come in log order, by type, from a point on; writing them twice changes nothing', async () => {
    const events = [event(1, 'a'), event(1, 'b', { ordinal: 1 }), event(2, 'a', { type: 'order.paid', milestone: 'paid' }), event(3, 'a')]
    await store().commitCapture(batch(3, null, { events: [...events].reverse() }))
    await store().commitCapture(batch(4, 3, { events: events.slice(0, 1) }))
    const types = ['order.placed', 'order.paid']
    expect(await store().readEvents({ source, types, after: null, upTo: at(9), limit: 10 })).toEqual(events)
    expect(await store().readEvents({ source, types, after: point(1), upTo: at(2), limit: 10 })).toEqual(events.slice(1, 3))
    expect(await store().readEvents({ source, types: ['order.placed'], after: null, upTo: at(9), limit: 2 })).toEqual(events.slice(0, 2))
    expect(await store().eventsOf(journeyKey('a'), 2)).toEqual([events[2], events[3]])
    expect(await store().totals(source)).toMatchObject({ events: 4 })
  })

  test('stage cursors compare and swap', async () => {
    expect(await store().stageCursor('feed')).toBeNull()
    await store().commitStage('feed', null, point(1))
    await expect(store().commitStage('feed', null, point(2))).rejects.toMatchObject({ code: 'store-stage-taken' })
    await expect(store().commitStage('feed', point(1, 1), point(2))).rejects.toMatchObject({ code: 'store-stage-taken' })
    await store().commitStage('feed', point(1), point(2, 5))
    expect(await store().stageCursor('feed')).toEqual(point(2, 5))
  })

  test('who follows events misses none that is stated at a place which was passed', async () => {
    const [first, second, late] = [event(1, 'a'), event(3, 'a'), event(2, 'a')]
    await store().commitCapture(batch(3, null, { events: [first, second] }))
    await store().commitCapture(batch(4, 3, { events: [late] }))
    const query = { source, types: ['order.placed'], limit: 10 }
    const { events: all, seen } = await store().eventsBehind({ ...query, after: null })
    expect(all.map((stored) => stored.event)).toEqual([first, second, late])
    expect(seen).toBe(all[2]?.place)
    expect(await store().eventsBehind({ ...query, after: all[1]?.place ?? null })).toEqual({ events: all.slice(2), seen })
    expect(await store().eventsBehind({ ...query, after: null, limit: 2 })).toEqual({ events: all.slice(0, 2), seen: all[1]?.place })
    // Those of other types are passed, once.
    expect(await store().eventsBehind({ ...query, types: ['order.paid'], after: null })).toEqual({ events: [], seen })
    expect(await store().eventsBehind({ ...query, after: seen })).toEqual({ events: [], seen })
    expect(await store().lastEventOrdinal(source, at(2))).toBe(0)
    expect(await store().lastEventOrdinal(source, at(9))).toBeNull()
  })

  test('a cursor that stands at the same point, behind another event, is another cursor', async () => {
    const [one, two] = [1n, 2n].map((place) => ({ ...point(1), place }))
    await store().commitShadow({ context, expected: null, next: one ?? point(1), decisions: [] })
    await store().commitShadow({ context, expected: one ?? null, next: two ?? point(1), decisions: [] })
    const taken = { context, expected: one ?? null, next: point(2), decisions: [live(3, 'c')] }
    await expect(store().commitShadow(taken)).rejects.toMatchObject({ code: 'store-stage-taken' })
    expect(await store().stageCursor(shadowStage(context))).toEqual(two)
  })

  test('a live decision is written once and never changed', async () => {
    await store().commitShadow({ context, expected: null, next: point(1), decisions: [live(1, 'a')] })
    await store().commitShadow({ context, expected: point(1), next: point(2), decisions: [{ ...live(1, 'a'), tookMs: 99 }, live(2, 'b')] })
    expect(await store().stageCursor(shadowStage(context))).toEqual(point(2))
    expect(await store().decision(live(1, 'a').id)).toEqual({ live: live(1, 'a'), legacy: null, verdict: null })
    expect(await store().decision(live(7, 'a').id)).toBeNull()
    await expect(store().commitShadow({ context, expected: point(1), next: point(3), decisions: [live(3, 'c')] })).rejects.toMatchObject({
      code: 'store-stage-taken',
    })
    expect(await store().decision(live(3, 'c').id)).toBeNull()
  })

  test('pairs: unsettled and settled ones are found, the cursor keeps its three parts', async () => {
    expect(await store().pairCursor(context)).toBeNull()
    const open = legacy(2, 'b', { state: 'open', asOf: null, observation: null })
    const cursor = { at: point(2), settledBefore: point(1, 7), lastPaired: point(1).position, ended: false }
    await store().commitPairs({ context, expected: null, cursor, decisions: [open, legacy(1, 'a')], deadLetters: [] })
    expect(await store().pairCursor(context)).toEqual(cursor)
    expect(await store().unsettled(context)).toEqual([open])
    expect(await store().settledByKey(context, ['a', 'b', 'z'])).toEqual([legacy(1, 'a')])
    const ended = { at: point(3), settledBefore: point(4), lastPaired: point(3).position, ended: true }
    await store().commitPairs({ context, expected: point(2), cursor: ended, decisions: [legacy(2, 'b')], deadLetters: [] })
    expect(await store().unsettled(context)).toEqual([])
    expect(await store().pairCursor(context)).toEqual(ended)
  })
})
