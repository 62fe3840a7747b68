import { createDoseResponse } from '../../classify/guards/dose-response.ts'
import { createEvenSample } from '../../classify/judge/sample.ts'
import type { MiningCase } from '../../mine/case.ts'
import { mine } from '../../mine/mine.ts'
import type { Context } from '../../model/context.ts'
import type { NightGuards } from '../../model/night.ts'
import type { Observation } from '../../model/observation.ts'
import type { PairedDecision } from '../../model/paired-decision.ts'
import type { Verdict } from '../../model/verdict.ts'
import { factsOf } from '../mine/facts.ts'

/** Decisions in which a predicate for timing is looked for: an even share of all, so that their rates are the true ones. */
const maxMined = 8_000
const fewestTimings = 30

/** Watches whether what is called the environment's doing behaves like it. */
export interface Guards {
  readonly add: (decision: PairedDecision, verdict: Verdict) => void
  readonly result: () => NightGuards
}

/** Two guards against timing and stale data as a waste bin, and how little a chance agreement means. Bounded. */
export const createGuards = (context: Context): Guards => {
  const timing = createDoseResponse({ cause: 'timing', dose: 'lag', response: 'rises' })
  const stale = createDoseResponse({ cause: 'stale-data', dose: 'age of the newest change read', response: 'falls' })
  const mined = createEvenSample<MiningCase>(maxMined)
  let placebo = { tried: 0, restored: 0 }
  let scanned = 0
  return {
    add: (decision, verdict) => {
      const causes = verdict.finding.kind === 'caused' ? verdict.finding.causes : []
      const isTiming = causes.includes('timing')
      if (verdict.lagMs !== undefined && verdict.lagMs !== null) timing.add(verdict.lagMs, isTiming)
      const ageMs = newestChangeMs(context, verdict)
      if (ageMs !== null) stale.add(ageMs, causes.includes('stale-data'))
      placebo = plusPlacebo(placebo, verdict)
      if (verdict.evidence.some(({ test }) => test === 'legacy-snapshot' || test === 'commit-order')) scanned += 1
      if (isTiming || verdict.finding.kind === 'agreed') mined.add(decision.live.id, timingCase(context, decision, verdict, isTiming))
    },
    result: () => ({ doses: [timing.result(), stale.result()], timingRule: timingRule(context, mined.values()), placebo, scanned }),
  }
}

/** How long ago the newest change among the reference data of the as-of reads was made; null where none is read. */
const newestChangeMs = (context: Context, { asOf, decidedAt }: Verdict): number | null => {
  let newest: number | null = null
  for (const read of asOf.reads) {
    if (context.reads[read.projection]?.kind !== 'reference') continue
    for (const { version } of read.entries) if (version !== null) newest = Math.max(newest ?? version.committedAt, version.committedAt)
  }
  return newest === null ? null : Math.max(0, decidedAt - newest)
}

const plusPlacebo = (sum: NightGuards['placebo'], { evidence }: Verdict): NightGuards['placebo'] => {
  const found = evidence.find((one) => one.test === 'placebo')?.data as { readonly restored?: boolean } | undefined
  return found === undefined ? sum : { tried: sum.tried + 1, restored: sum.restored + (found.restored === true ? 1 : 0) }
}

const said = (isTiming: boolean): Observation => ({ kind: 'decided', answer: { timing: isTiming }, effects: [] })

/**
 * For the miner a decision whose answer is whether it is timing. Nobody should be able to foretell it from the business. What is
 * contested does foretell it, and may: scarce stock, and the answers that go with it, are left out.
 */
const timingCase = (context: Context, { live, legacy }: PairedDecision, { asOf, decidedAt }: Verdict, isTiming: boolean): MiningCase => ({
  id: live.id,
  at: legacy.decidedAt ?? decidedAt,
  candidate: said(false),
  legacy: said(isTiming),
  agrees: !isTiming,
  facts: factsOf(
    live,
    {
      ...asOf,
      observation: { kind: 'absent', reason: 'end-of-input' },
      reads: asOf.reads.filter((read) => context.reads[read.projection]?.kind === 'reference'),
    },
    new Map(),
  ),
  exposure: null,
})

/** Without derived features: how busy a key is may well foretell timing, and that is as it should be. */
const timingRule = (context: Context, cases: readonly MiningCase[]): NightGuards['timingRule'] => {
  const timings = cases.filter((one) => one.agrees === false).length
  if (timings < fewestTimings) return null
  const inOrder = cases.toSorted((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
  const [rule] = mine(inOrder, { context: context.name, plain: true }).rules
  return rule === undefined ? null : { words: rule.words, explains: rule.replay.restored, of: timings }
}
