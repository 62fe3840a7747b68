import { describe, expect, it } from 'vitest'
import type { Context } from '../../../../src/model/context.ts'
import type { PairedDecision } from '../../../../src/model/paired-decision.ts'
import type { Evidence, Verdict } from '../../../../src/model/verdict.ts'
import { createGuards } from '../../../../src/pipeline/night/guards.ts'
import { seededRandom } from '../../../../src/shadow/random.ts'

const context = { name: 'promise', reads: {} } as unknown as Context
const begin = Date.UTC(2026, 2, 2)

interface Played {
  readonly isTiming: (channel: string, random: () => number) => boolean
  readonly evidence?: readonly Evidence[]
}

/** A thousand decisions of four channels, some of them called timing. */
const guarded = ({ isTiming, evidence = [] }: Played) => {
  const random = seededRandom('guards')
  const guards = createGuards(context)
  for (let index = 0; index < 1_000; index++) {
    const channel = ['WEB', 'PRT', 'TEL', 'STO'][Math.floor(random() * 4)] ?? 'WEB'
    const id = Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(32, '0')
    const decidedAt = begin + index * 60_000
    const answer = { kind: 'decided', answer: { qty: 1 }, effects: [] }
    const verdict = {
      finding: isTiming(channel, random) ? { kind: 'caused', causes: ['timing'], relation: 'single', rule: null } : { kind: 'agreed' },
      asOf: { observation: answer, reads: [], inputsRead: [] },
      evidence,
      lagMs: 500,
      decidedAt,
    } as unknown as Verdict
    const live = { id, trigger: { data: { channel, qty: Math.floor(random() * 20) } }, decidedAt }
    guards.add({ live, legacy: { decidedAt }, verdict } as unknown as PairedDecision, verdict)
  }
  return guards.result()
}

describe('timing', () => {
  it('that strikes by chance follows no rule', () => {
    expect(guarded({ isTiming: (_, random) => random() < 0.1 }).timingRule).toBeNull()
  })

  it('that strikes one channel only is foretold by a rule, which is an alarm', () => {
    expect(guarded({ isTiming: (channel) => channel === 'PRT' }).timingRule?.words).toContain('PRT')
  })
})

it('counts how often another instant would have done as well', () => {
  const placebo = (restored: boolean): Evidence => ({ test: 'placebo', words: '', data: { restored } })
  expect(guarded({ isTiming: () => false, evidence: [placebo(true)] }).placebo).toEqual({ tried: 1_000, restored: 1_000 })
  expect(guarded({ isTiming: () => false }).placebo).toEqual({ tried: 0, restored: 0 })
})
