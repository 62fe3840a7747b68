import type { PairedDecision } from '../../model/paired-decision.ts'
import type { EpochMs } from '../../model/ids.ts'
import { comparePoints } from '../../model/log-point.ts'
import type { LogPoint } from '../../model/read.ts'
import { readUnit } from '../../model/substitution.ts'
import type { Verdict } from '../../model/verdict.ts'
import { isMasked } from '../../shadow/version-chain.ts'
import type { LostVersion } from '../classify/lost-versions.ts'
import { lostIn } from '../classify/lost-versions.ts'

/** More are not remembered: a log that loses so much tells nothing. */
const maxLost = 200_000

/** What single decisions showed of versions that the log has lost, put together: a version that one of them saw was there for all. */
export interface LostHistory {
  readonly note: (verdict: Verdict) => void
  readonly isEmpty: () => boolean
  /** The next decision, in the order of the log: what stood there before it had been committed by then. When it was lost with its commit, that is all one knows. */
  readonly pass: (decision: PairedDecision) => void
  /** The lost versions of what the candidate read as of the legacy's commit, where one of them stood there then. In no order, each once a read. */
  readonly missedBy: (decision: PairedDecision) => readonly LostVersion[]
}

export const createLostHistory = (): LostHistory => {
  const byUnit = new Map<string, LostVersion[]>()
  let [count, at] = [0, 0]
  let inOrder: LostVersion[] | null = null
  const byInstant = new Map<LostVersion, EpochMs>()
  const dated = (one: LostVersion): LostVersion => {
    const by = byInstant.get(one) ?? one.version.committedAt
    return by < one.version.committedAt ? { ...one, version: { ...one.version, committedAt: by } } : one
  }
  return {
    note: (verdict) => {
      for (const one of lostIn(verdict)) {
        const known = byUnit.get(one.unit)
        if (known?.some(({ version }) => comparePoints(version, one.version) === 0) || count >= maxLost) continue
        count += 1
        if (known === undefined) byUnit.set(one.unit, [one])
        else known.push(one)
      }
    },
    isEmpty: () => byUnit.size === 0,
    pass: (decision) => {
      inOrder ??= [...byUnit.values()].flat().sort((a, b) => comparePoints(a.version, b.version))
      for (let next = inOrder[at]; next !== undefined && comparePoints(next.version, asOfPoint(decision)) < 0; next = inOrder[++at])
        byInstant.set(next, decision.legacy.answeredAt ?? decision.live.decidedAt)
    },
    missedBy: (decision) => {
      const { legacy, verdict } = decision
      const asOf = asOfPoint(decision)
      const missed: LostVersion[] = []
      for (const { projection, entries } of verdict?.asOf.reads ?? []) {
        for (const { key, version } of entries) {
          // Of what was absent nobody knows whether it had been deleted since.
          if (version === null) continue
          const before = (byUnit.get(readUnit(projection, key)) ?? []).filter((one) => comparePoints(one.version, asOf) < 0)
          const isMissed = (one: LostVersion): boolean =>
            comparePoints(version, one.version) < 0 && !isMasked(one.version, legacy.transactions)
          // How long something had been missed is told by all of them.
          if (before.some(isMissed)) missed.push(...before.map(dated))
        }
      }
      return missed
    },
  }
}

const asOfPoint = ({ live, legacy }: PairedDecision): LogPoint => legacy.asOf ?? live.trigger
