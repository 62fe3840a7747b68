import { describe, expect, it } from 'vitest'
import { epochMs } from '../../../../src/model/ids.ts'
import type { PairedDecision } from '../../../../src/model/paired-decision.ts'
import type { Verdict } from '../../../../src/model/verdict.ts'
import { deliveriesOf } from '../../../../src/pipeline/offline/memory-deliveries.ts'
import type { DeliveryLine } from '../../../../src/ports/delivery-source.ts'
import { positionOf } from '../offline/offline-shop.ts'
import { begin, ordered, runShop, stocked } from '../offline/stock-shop.ts'

const instant = (at: number): ReturnType<typeof epochMs> => epochMs(begin + at)
const decided = (at: number, key: string): DeliveryLine => ({ kind: 'decided', context: 'promise', key, at: instant(at) })
const verdictOf = (pair: PairedDecision | undefined): Verdict => pair?.verdict ?? expect.fail('no verdict')

describe('a version that the log has lost', () => {
  // The commit at 10 s also set A to ten; the capture has lost that, and the store learnt it after the first order.
  const lossy = [
    stocked(0, 'A', 3, 'read'),
    stocked(10_000, 'B', 1, 'create'),
    ordered(20_000, 'O1', 'A', 5, 5),
    ordered(40_000, 'O2', 'A', 5, 5),
  ]
  const lost = { kind: 'delivered', projection: 'stock', key: 'A', position: positionOf(1), ordinal: 7, value: { free: 10 } } as const
  const learnt: DeliveryLine = { ...lost, at: instant(25_000) }

  it('was there for every decision, once one of them has seen it', async () => {
    const { pairs } = await runShop(lossy, deliveriesOf([learnt, decided(20_100, 'O1'), decided(40_100, 'O2')]))
    expect(verdictOf(pairs.get('O2'))).toMatchObject({ finding: { kind: 'agreed' }, grade: 'B', evidence: [{ test: 'lost-versions' }] })
    const verdict = verdictOf(pairs.get('O1'))
    expect(verdict).toMatchObject({ finding: { causes: ['timing'] }, grade: 'B', asOf: { observation: { answer: { qty: 5 } } } })
    // When it was committed nobody knows: before the first decision after it, at the latest.
    expect(verdict.restoring).toMatchObject([{ seen: { free: 3 }, atLegacyCommit: { free: 10 }, ageMs: 100 }])
    expect(verdict.evidence.map(({ test }) => test)).toContain('lost-elsewhere')
  })

  it('may show that an agreement was luck', async () => {
    const promised = lossy.with(2, ordered(20_000, 'O1', 'A', 5, 3))
    const { pairs } = await runShop(promised, deliveriesOf([learnt, decided(20_100, 'O1'), decided(40_100, 'O2')]))
    expect(verdictOf(pairs.get('O1'))).toMatchObject({
      finding: { kind: 'unresolved' },
      latent: true,
      asOf: { observation: { answer: { qty: 5 } } },
    })
  })

  it('is unknown where nobody saw it, or only in a later state of the row', async () => {
    const { pairs } = await runShop(lossy, deliveriesOf([{ ...lost, at: instant(60_000) }, decided(20_100, 'O1'), decided(40_100, 'O2')]))
    expect(verdictOf(pairs.get('O1')).finding).toMatchObject({ kind: 'unresolved', reason: 'no-compact-explanation' })
    const first = lossy.toSpliced(2, 0, stocked(15_000, 'A', 3))
    const later = await runShop(
      first,
      deliveriesOf([
        learnt,
        { ...lost, position: positionOf(2), ordinal: 0, value: { free: 3 }, at: instant(26_000) },
        decided(20_100, 'O1'),
        decided(40_100, 'O2'),
      ]),
    )
    expect(verdictOf(later.pairs.get('O1')).evidence.map(({ test }) => test)).not.toContain('lost-elsewhere')
  })
})
