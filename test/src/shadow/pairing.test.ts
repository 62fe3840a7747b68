import { describe, expect, it } from 'vitest'
import type { LegacyDecision } from '../../../src/model/decision.ts'
import { epochMs } from '../../../src/model/ids.ts'
import { afterTransaction } from '../../../src/model/log-point.ts'
import { createPairing } from '../../../src/shadow/pairing.ts'
import type { Pairing, PairingStep } from '../../../src/shadow/pairing.ts'
import type { PairingContext } from '../../../src/shadow/pairing-memory.ts'
import { at } from './changes.ts'
import { context, transaction } from './pairing-world.ts'

/** What came out in the end, by key of the trigger. */
const fold = (
  work: (pairing: Pairing, take: (step: PairingStep) => void, out: ReadonlyMap<string, LegacyDecision>) => void,
  over: Partial<PairingContext> = {},
) => {
  const out = new Map<string, LegacyDecision>()
  const pairing = createPairing({ context: { ...context, ...over }, after: null })
  work(pairing, ({ decisions }) => decisions.forEach((decision) => void out.set(decision.trigger.key, decision)), out)
  return { pairing, of: (key: string) => out.get(key) }
}

describe('an answer', () => {
  it('in the trigger’s own transaction is as of just before that', () => {
    const { of, pairing } = fold((pair, take) => {
      take(
        pair.transaction(
          transaction(1, {
            triggers: ['K'],
            rows: [
              ['stock', ''],
              ['result', 'K', 'R'],
            ],
          }),
        ),
      )
    })
    expect(of('K')).toMatchObject({
      state: 'answered',
      revision: 1,
      observation: { answer: { code: 'R' } },
      asOf: { position: at(1), ordinal: 0 },
      readFrom: null,
      answeredAt: 1_000,
    })
    expect(pairing.settledBefore()).toEqual({ position: at(1), ordinal: 0 })
  })

  it('in a batch is as of just after the last watched row of another decision', () => {
    const { of } = fold((pair, take) => {
      take(pair.transaction(transaction(1, { triggers: ['K', 'L'] })))
      take(
        pair.transaction(
          transaction(2, {
            rows: [
              ['stock', ''],
              ['alloc', 'K'],
              ['result', 'K', 'R'],
              ['stock', ''],
              ['alloc', 'L'],
              ['result', 'L', 'B'],
              ['result', 'K', 'R'],
            ],
          }),
        ),
      )
    })
    expect(of('K')).toMatchObject({ asOf: { position: at(2), ordinal: 0 } })
    expect(of('L')).toMatchObject({ asOf: { position: at(2), ordinal: 3 }, transactions: [{ position: at(2), ordinal: 3 }] })
  })

  it('in two transactions is as of the first, and says that it may have read until the second', () => {
    const { of } = fold((pair, take) => {
      take(pair.transaction(transaction(1, { triggers: ['K'], rows: [['alloc', 'K']] })))
      take(pair.transaction(transaction(4, { rows: [['result', 'K', 'R']] })))
    })
    expect(of('K')).toMatchObject({
      state: 'answered',
      asOf: { position: at(1) },
      readFrom: 1_000,
      answeredAt: 4_000,
      decidedAt: 1_000,
      transactions: [{ position: at(1) }, { position: at(4) }],
    })
  })

  it('may have been read for as long as a transaction lasts, where the legacy does not lock', () => {
    const { of } = fold((pair, take) => take(pair.transaction(transaction(5, { triggers: ['K'], rows: [['result', 'K', 'R']] }))), {
      maxTransactionMs: 700,
    })
    expect(of('K')).toMatchObject({ readFrom: 4_300 })
  })

  it('corrected before it is settled keeps its first word and its point', () => {
    const { of } = fold((pair, take) => {
      take(pair.transaction(transaction(1, { triggers: ['K'], rows: [['result', 'K', 'R']] })))
      take(pair.transaction(transaction(3, { rows: [['result', 'K', 'B']] })))
      take(pair.transaction(transaction(4, { rows: [['result', 'K', 'S']] })))
      take(pair.advance({ at: epochMs(4_001) }))
    })
    expect(of('K')).toMatchObject({
      state: 'settled',
      revision: 1,
      observation: { answer: { code: 'S' } },
      firstObservation: { answer: { code: 'R' } },
      asOf: { position: at(1) },
    })
  })

  it('changed after it was settled is a new revision, as of the change, and settles anew', () => {
    const { of } = fold((pair, take) => {
      take(pair.transaction(transaction(1, { triggers: ['K'], rows: [['result', 'K', 'R']] })))
      take(pair.transaction(transaction(6, { rows: [['result', 'K', 'B']] })))
    })
    expect(of('K')).toMatchObject({
      state: 'answered',
      revision: 2,
      observation: { answer: { code: 'B' } },
      firstObservation: null,
      asOf: { position: at(6) },
    })
  })

  it('that never comes is absent once the limit has passed, and a late one is a new revision', () => {
    const { of } = fold((pair, take, out) => {
      take(pair.transaction(transaction(1, { triggers: ['K', 'L'] })))
      take(pair.transaction(transaction(9, { triggers: ['M'] })))
      take(pair.advance({ at: epochMs(11_000) }))
      expect(out.get('K')).toMatchObject({ state: 'open' })
      take(pair.advance({ at: epochMs(11_001) }))
      expect(out.get('K')).toMatchObject({
        state: 'settled',
        revision: 1,
        observation: { kind: 'absent', reason: 'time-limit' },
        asOf: afterTransaction(at(9)),
      })
      take(pair.transaction(transaction(12, { rows: [['result', 'K', 'R']] })))
      take(pair.end())
    })
    expect(of('K')).toMatchObject({ state: 'settled', revision: 2, observation: { answer: { code: 'R' } }, asOf: { position: at(12) } })
    expect(of('M')).toMatchObject({ state: 'settled', observation: { kind: 'absent', reason: 'end-of-input' } })
  })

  it('belongs to the latest decision of its key', () => {
    const pairing = createPairing({ context, after: null })
    pairing.transaction(transaction(1, { triggers: ['K'] }))
    const again = pairing.transaction(transaction(2, { triggers: ['K'] }))
    expect(again.decisions.map((decision) => [decision.trigger.position, decision.observation?.kind])).toEqual(
      [
        [at(2), undefined],
        [at(1), 'absent'],
      ].reverse(),
    )
    const { decisions } = pairing.transaction(transaction(3, { rows: [['result', 'K', 'R']] }))
    expect(decisions.map((decision) => [decision.trigger.position, decision.state])).toEqual([[at(2), 'answered']])
  })
})

describe('what cannot be folded', () => {
  it('is parked, and the flow goes on', () => {
    const pairing = createPairing({ context, after: null })
    pairing.transaction(transaction(1, { triggers: ['K', 'L'] }))
    const { deadLetters, decisions } = pairing.transaction(
      transaction(2, {
        rows: [
          ['result', 'K', 'boom'],
          ['result', 'L', 'R'],
        ],
      }),
    )
    expect(deadLetters).toMatchObject([{ stage: 'pair', part: 'promise', position: at(2), reason: expect.stringContaining('cannot fold') }])
    expect(decisions.map((decision) => decision.state)).toEqual(['open', 'answered'])
  })

  it('is parked when a watch function fails, once for each change', () => {
    const watch = {
      result: () => {
        throw new Error('no key')
      },
    }
    const pairing = createPairing({ context: { ...context, legacy: { ...context.legacy, watch } }, after: null })
    const { deadLetters } = pairing.transaction(transaction(2, { rows: [['result', 'K', 'R']] }))
    expect(deadLetters).toMatchObject([{ reason: 'legacy.watch.result failed: no key' }])
  })
})

it('keeps only what can still change', () => {
  const pairing = createPairing({ context, after: null })
  for (let number = 1; number <= 2_000; number++) {
    pairing.transaction(transaction(number, { triggers: [`K${number}`], rows: [['result', `K${number}`, 'R']] }))
    pairing.forgetSettled()
  }
  expect(pairing.size()).toBeLessThan(40)
})
