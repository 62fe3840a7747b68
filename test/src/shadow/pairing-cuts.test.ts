import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LegacyDecision } from '../../../src/model/decision.ts'
import { epochMs } from '../../../src/model/ids.ts'
import { comparePoints, endOfLog } from '../../../src/model/log-point.ts'
import { createPairing } from '../../../src/shadow/pairing.ts'
import type { Pairing, PairingTransaction } from '../../../src/shadow/pairing.ts'
import type { RowSpec } from './pairing-world.ts'
import { context, transaction } from './pairing-world.ts'

type Step = { readonly wait: number; readonly triggers: readonly string[]; readonly rows: readonly RowSpec[] }
const keys = ['K', 'L', 'M', 'N']
const steps = fc.array(
  fc.record<Step>({
    wait: fc.integer({ min: 0, max: 6_000 }),
    triggers: fc.subarray(keys),
    rows: fc.array(
      fc.tuple(
        fc.constantFrom('result' as const, 'alloc' as const, 'stock' as const),
        fc.constantFrom(...keys),
        fc.constantFrom('R', 'B', 'wait', 'boom'),
      ),
      { maxLength: 5 },
    ),
  }),
  { maxLength: 14 },
)

const transactionsOf = (list: readonly Step[]): readonly PairingTransaction[] => {
  let atMs = 0
  return list.map(({ wait, triggers, rows }, index) => {
    atMs += wait
    return transaction(index + 1, { triggers, rows, atMs })
  })
}

const byId = (decisions: Iterable<LegacyDecision>): readonly LegacyDecision[] => [...decisions].sort((a, b) => (a.id < b.id ? -1 : 1))

describe('the same decisions come out', () => {
  const whole = (transactions: readonly PairingTransaction[], endsAt: number) => {
    const out = new Map<string, LegacyDecision>()
    const pairing = createPairing({ context, after: null })
    for (const step of [...transactions.map((one) => pairing.transaction(one)), pairing.advance({ at: epochMs(endsAt) }), pairing.end()]) {
      for (const decision of step.decisions) out.set(decision.id, decision)
    }
    return byId(out.values())
  }

  it('wherever watermarks fall, and through restarts and forgetting at any place', () => {
    fc.assert(
      fc.property(
        steps,
        fc.array(fc.constantFrom('go', 'watermark', 'restart', 'forget'), { minLength: 14, maxLength: 14 }),
        (list, interruptions) => {
          const transactions = transactionsOf(list)
          const endsAt = (transactions.at(-1)?.header.committedAt ?? 0) + 20_000
          const stored = new Map<string, LegacyDecision>()
          const store = (step: { readonly decisions: readonly LegacyDecision[] }): void =>
            step.decisions.forEach((decision) => void stored.set(decision.id, decision))
          let pairing = createPairing({ context, after: null })
          transactions.forEach((one, index) => {
            const interruption = interruptions[index]
            if (interruption === 'watermark') store(pairing.advance({ at: one.header.committedAt }))
            if (interruption === 'forget') pairing.forgetSettled()
            if (interruption === 'restart') {
              pairing = createPairing({ context, after: pairing.lastPaired() })
              pairing.restore(
                [...stored.values()].filter((decision) => decision.state !== 'settled'),
                transactions.slice(0, index),
              )
            }
            const unknown = new Set(pairing.unknownKeys(one))
            const settled = [...stored.values()].filter((decision) => decision.state === 'settled' && unknown.has(decision.trigger.key))
            pairing.restore(settled, transactions.slice(0, index))
            store(pairing.transaction(one))
          })
          store(pairing.advance({ at: epochMs(endsAt) }))
          store(pairing.end())
          expect(byId(stored.values())).toEqual(whole(transactions, endsAt))
        },
      ),
      { numRuns: 300 },
    )
  })

  it('and nothing before settledBefore ever changes again, but by a new revision', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const pairing = createPairing({ context, after: null })
        const final = new Map<string, string>()
        const check = (step: { readonly decisions: readonly LegacyDecision[] }, bound: ReturnType<Pairing['settledBefore']>): void => {
          for (const decision of step.decisions) {
            const known = final.get(decision.id)
            if (known !== undefined && decision.revision === 1) expect(JSON.stringify([decision.observation, decision.asOf])).toBe(known)
          }
          for (const decision of step.decisions) {
            const isFinal = decision.asOf !== null && comparePoints(decision.asOf, bound) < 0
            if (isFinal) expect(decision.state).toBe('settled')
            if (isFinal && decision.revision === 1) final.set(decision.id, JSON.stringify([decision.observation, decision.asOf]))
          }
        }
        for (const one of transactionsOf(list)) check(pairing.transaction(one), pairing.settledBefore())
        check(pairing.end(), pairing.settledBefore())
        expect(pairing.settledBefore()).toBe(endOfLog)
      }),
    )
  })
})
