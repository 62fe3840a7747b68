import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expireJourney, foldJourney } from '../../rules/fold-journey.ts'
import { all, any, journey } from '../../rules/journey.ts'
import type { BusinessEvent } from '../../src/model/business-event.ts'
import type { EventId } from '../../src/model/ids.ts'
import { epochMs, journeyKey, position, sourceName } from '../../src/model/ids.ts'
import type { JourneyState } from '../../src/model/journey.ts'

const order = journey('order', {
  milestones: {
    placed: 'order.placed',
    reserved: 'inventory.reserved',
    confirmed: all('payment.authorised', 'inventory.reserved'),
    closed: all('order.confirmed', 'shipment.created'),
    contacted: any('mail.sent', 'call.made'),
  },
  limits: { reserved: '15 min', confirmed: '1 h' },
  ends: ['order.cancelled'],
})
const minMs = 60_000
const source = sourceName('oms')

const fact = (type: string, atMs: number, ordinal = 0): BusinessEvent => ({
  id: `${type}@${atMs}` as EventId,
  type,
  source,
  key: journeyKey('4711'),
  data: null,
  occurredAt: epochMs(atMs),
  position: position(`0:${String(atMs).padStart(12, '0')}`),
  ordinal,
  journey: 'order',
  milestone: null,
  rule: { name: type, version: 1 },
  causes: [],
})

const foldAll = (
  events: readonly BusinessEvent[],
  from: JourneyState | null = null,
): { state: JourneyState | null; derived: BusinessEvent[] } => {
  let state = from
  const derived: BusinessEvent[] = []
  for (const event of events) {
    const folded = foldJourney({ journey: order, state, event })
    state = folded.state
    derived.push(...folded.derived)
  }
  return { state, derived }
}
const started = (): JourneyState => foldJourney({ journey: order, state: null, event: fact('order.placed', 0) }).state
const expire = (state: JourneyState, atMs: number): ReturnType<typeof expireJourney> =>
  expireJourney({ journey: order, state, watermark: epochMs(atMs), position: position('0:9'), source })

describe('foldJourney', () => {
  it('starts with the first fact, whatever it is', () => {
    const { state, derived } = foldJourney({ journey: order, state: null, event: fact('order.noted', 5) })
    expect(derived).toEqual([])
    expect(state).toMatchObject({ journey: 'order', key: '4711', startedAt: 5, reached: [], overdue: [], dueAt: 5 + 15 * minMs })
  })

  it('derives a milestone when the last of its facts happens, caused by all of them', () => {
    const { state, derived } = foldAll([fact('order.placed', 0), fact('payment.authorised', 1), fact('inventory.reserved', 2, 4)])
    expect(derived).toMatchObject([
      {
        type: 'order.confirmed',
        key: '4711',
        journey: 'order',
        milestone: 'confirmed',
        rule: { name: 'journey:order', version: 1 },
        occurredAt: 2,
        causes: ['payment.authorised@1', 'inventory.reserved@2'],
        ordinal: 5,
      },
    ])
    expect(state?.reached.map((one) => one.milestone)).toEqual(['placed', 'reserved', 'confirmed'])
    expect(state?.reached.at(-1)?.event).toBe(derived[0]?.id)
    expect(state?.dueAt).toBeNull()
  })

  it('lets a derived milestone complete another one', () => {
    const facts = [fact('shipment.created', 0), fact('payment.authorised', 1), fact('inventory.reserved', 2)]
    const { derived } = foldAll(facts)
    expect(derived.map((event) => event.type)).toEqual(['order.confirmed', 'order.closed'])
    expect(derived[1]?.causes).toEqual([derived[0]?.id, 'shipment.created@0'])
  })

  it('reaches an any-milestone once, by the first of its facts', () => {
    const { derived } = foldAll([fact('call.made', 1), fact('mail.sent', 2)])
    expect(derived.map((event) => [event.type, event.causes])).toEqual([['order.contacted', ['call.made@1']]])
  })

  it('still reaches a milestone after its deadline, and says that it was overdue first', () => {
    const { state, derived } = foldAll([fact('order.placed', 0), fact('payment.authorised', 1), fact('inventory.reserved', 20 * minMs)])
    expect(derived.map((event) => [event.type, event.occurredAt])).toEqual([
      ['order.reserved-overdue', 15 * minMs],
      ['order.confirmed', 20 * minMs],
    ])
    expect(state?.overdue).toEqual([{ milestone: 'reserved', since: 15 * minMs }])
    expect(state?.reached.map((one) => one.milestone)).toContain('reserved')
  })

  it('changes nothing when an event comes again', () => {
    const facts = [
      'order.placed',
      'payment.authorised',
      'shipment.created',
      'inventory.reserved',
      'mail.sent',
      'order.cancelled',
      'order.noted',
    ]
    const step = fc.record({ type: fc.constantFrom(...facts), afterMs: fc.nat({ max: 30 * minMs }) })
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), fc.nat(), (steps, pick) => {
        let atMs = 0
        const events = steps.map(({ type, afterMs }) => {
          atMs += afterMs
          return fact(type, atMs)
        })
        const once = foldAll(events)
        const again = events[pick % events.length] as BusinessEvent
        expect(foldAll([again], once.state)).toEqual({ state: once.state, derived: [] })
        expect(foldAll(events)).toEqual(once)
        expect(new Set(once.derived.map((event) => event.id)).size).toBe(once.derived.length)
        for (const event of once.derived) expect(event.causes.length).toBeGreaterThan(0)
      }),
    )
  })

  it('keeps one fact a type, so that its state does not grow', () => {
    const { state } = foldAll(Array.from({ length: 100 }, (_, at) => fact('order.noted', at)))
    expect(state?.facts).toEqual([{ type: 'order.noted', event: 'order.noted@0', at: 0 }])
  })
})

describe('expireJourney', () => {
  it('says once that a limit has passed, at the instant of the limit', () => {
    const first = expire(started(), 15 * minMs + 1)
    expect(first.events).toMatchObject([
      {
        type: 'order.reserved-overdue',
        milestone: 'reserved',
        occurredAt: 15 * minMs,
        position: '0:9',
        causes: ['order.placed@0'],
        journey: 'order',
      },
    ])
    expect(first.state).toMatchObject({ overdue: [{ milestone: 'reserved', since: 15 * minMs }], dueAt: 60 * minMs })
    expect(expire(first.state, 20 * minMs).events).toEqual([])
  })

  it('does not say so at the limit itself: a fact may still come in that instant', () => {
    expect(expire(started(), 15 * minMs)).toEqual({ state: started(), events: [] })
  })

  it('says all limits that passed, in their order, with ids that do not depend on when it looks', () => {
    const late = expire(started(), 100 * minMs)
    expect(late.events.map((event) => event.type)).toEqual(['order.reserved-overdue', 'order.confirmed-overdue'])
    expect(late.state.dueAt).toBeNull()
    expect(late.events[0]?.id).toBe(expire(started(), 16 * minMs).events[0]?.id)
  })

  it('gives the same ids and instants whether the limit is noticed by the sweep or by the next fact', () => {
    const next = fact('inventory.reserved', 30 * minMs)
    const bySweep = expire(started(), 20 * minMs)
    const after = foldJourney({ journey: order, state: bySweep.state, event: next })
    const byFact = foldJourney({ journey: order, state: started(), event: next })
    expect(byFact.state).toEqual(after.state)
    expect(byFact.derived.map(({ id, occurredAt }) => ({ id, occurredAt }))).toEqual(
      [...bySweep.events, ...after.derived].map(({ id, occurredAt }) => ({ id, occurredAt })),
    )
  })

  it('has no limits after an end', () => {
    const { state } = foldAll([fact('order.placed', 0), fact('order.cancelled', 1)])
    expect(state?.dueAt).toBeNull()
    expect(expire(state as JourneyState, 100 * minMs).events).toEqual([])
  })
})
