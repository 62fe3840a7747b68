import { describe, expect, it } from 'vitest'
import type { Context } from '../../../../src/model/context.ts'
import { sourceName } from '../../../../src/model/ids.ts'
import { createReplayOne } from '../../../../src/pipeline/replay/replay-one.ts'
import type { Replayed } from '../../../../src/pipeline/replay/replay-one.ts'
import { decided, shopContext, shopDecision } from './shop-decision.ts'

const replayed = (context: Context, decision = shopDecision(1), basis: 'as-of' | 'live' = 'as-of'): Promise<Replayed> =>
  createReplayOne({ context, source: sourceName('shop'), basis })(decision, new AbortController().signal)

const fromStock = shopContext(async ({ sku, qty }, { stock }) => ({ qty: Math.min(qty, (await stock.get(sku)) ?? 0) }))
const allOfIt = shopContext(async ({ sku }, { stock }) => ({ qty: (await stock.get(sku)) ?? 0 }))

it('the same logic gives the same answer: nothing changes', async () => {
  expect(await replayed(fromStock)).toMatchObject({
    kind: 'compared',
    isChanged: false,
    before: { fingerprint: null },
    after: { fingerprint: null },
  })
})

it('another answer is compared with the legacy’s, on the reads that were asked for', async () => {
  expect(await replayed(allOfIt)).toMatchObject({
    isChanged: true,
    after: { observation: decided({ qty: 4 }), differences: [{ path: '/qty' }] },
  })
  expect(await replayed(allOfIt, shopDecision(1), 'live')).toMatchObject({ after: { observation: decided({ qty: 5 }) } })
})

it('the instant is the recorded one, and chance comes from the decision', async () => {
  const told = shopContext((_, { clock, random }) => ({ at: clock.now(), random: random() }))
  const first = await replayed(told)
  expect(first).toMatchObject({ after: { observation: { answer: { at: 1_500 } } } })
  expect(await replayed(told)).toEqual(first)
  expect(await replayed(told, shopDecision(2))).not.toEqual(first)
})

it('who said what the legacy said first is not blamed for its correction', async () => {
  const corrected = shopDecision(1, { legacy: decided({ qty: 1 }), first: decided({ qty: 3 }) })
  expect(await replayed(fromStock, corrected)).toMatchObject({ before: { fingerprint: null }, after: { fingerprint: null } })
})

describe('reads', () => {
  it('of a key are also known from a recorded group', async () => {
    const group = shopDecision(1, {
      asOf: {
        ...shopDecision(1).live,
        reads: [
          [
            'stock',
            'group',
            'A',
            [
              ['A1', 2],
              ['A2', 9],
            ],
          ],
        ],
      },
    })
    expect(await replayed(fromStock, group)).toMatchObject({ after: { observation: decided({ qty: 2 }) } })
  })

  it('that were not recorded say nothing about the candidate, also when it hides that', async () => {
    const other = shopContext(async (_, { stock }) => ({ qty: await stock.get('B').catch(() => 3) }))
    expect(await replayed(other)).toEqual({ kind: 'missed', reason: 'unrecorded-read', what: 'stock B' })
    const group = shopContext(async (_, { stock }) => ({ qty: (await stock.group('A')).length }))
    expect(await replayed(group)).toEqual({ kind: 'missed', reason: 'unrecorded-read', what: 'stock A' })
  })
})

it('a failure is an answer, but for one of the replay', async () => {
  const throws = shopContext(() => {
    throw new RangeError('no')
  })
  expect(await replayed(throws)).toMatchObject({
    kind: 'compared',
    isChanged: true,
    after: { observation: { kind: 'failed', reason: 'threw' } },
  })
  expect(await replayed(shopContext(() => new Promise(() => undefined)))).toMatchObject({ kind: 'missed', reason: 'timed-out' })
})

it.each<[string, Partial<ReturnType<typeof shopDecision>>]>([
  ['unpaired', { legacy: null }],
  ['unpaired', { legacy: { kind: 'absent', reason: 'time-limit' } }],
  ['unclassified', { asOf: null }],
])('what cannot be compared is %s', async (reason, more) => {
  expect(await replayed(fromStock, shopDecision(1, more))).toMatchObject({ kind: 'missed', reason })
})
