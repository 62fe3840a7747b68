import type { Evidence } from '../../model/verdict.ts'
import type { OtherLogic } from '../evidence.ts'
import type { ResidueRecord } from './residue-record.ts'

/** Why other code of the candidate is no standard for the code that decided; null where it is the better one. */
export type DoubtOf = (other: Pick<OtherLogic, 'version' | 'decidedBy'>) => Omit<Evidence, 'test'> | null

/**
 * Two versions of the candidate differ: the better one is that which agrees with the legacy more often where the other one's logic was wrong. That a
 * worse one is right on some outdated read is luck.
 */
export const createDoubts = (residues: readonly Pick<ResidueRecord, 'version' | 'bisected'>[]): DoubtOf => {
  const counts = new Map<string, number>()
  const nameOf = (decidedBy: string, right: string): string => `${decidedBy}\n${right}`
  for (const { version, bisected } of residues) {
    for (const right of bisected?.agrees ?? []) counts.set(nameOf(version, right), (counts.get(nameOf(version, right)) ?? 0) + 1)
  }
  return ({ version, decidedBy }) => {
    if (version === null) return null
    const mends = counts.get(nameOf(decidedBy, version)) ?? 0
    const errs = counts.get(nameOf(version, decidedBy)) ?? 0
    if (mends > errs) return null
    const words = `Version ${version} agrees with the legacy in ${mends} decisions in which the logic of version ${decidedBy} differs, and version ${decidedBy} in ${errs} of the other's: that it is right here is luck.`
    return { words, data: { version, decidedBy, mends, errs } }
  }
}
