import type { Clue } from './clue.ts'
import type { Cluster } from './residue-record.ts'

const enough = 0.8

/** The documents say what is right here: whoever contradicts them deviates. */
export const specificationSays = ({ members }: Cluster): Clue | null => {
  const said = members.filter(({ contradicted }) => contradicted !== null)
  if (said.length === 0) return null
  const byLegacy = said.filter(({ contradicted }) => contradicted === 'legacy').length
  const byCandidate = said.filter(({ contradicted }) => contradicted === 'candidate').length
  const data = { asked: members.length, legacy: byLegacy, candidate: byCandidate, both: said.length - byLegacy - byCandidate }
  if (byLegacy >= enough * said.length) {
    const words = `In ${byLegacy} of ${members.length} of these decisions the legacy contradicts the documented policy, and the candidate keeps to it.`
    return { side: 'hidden-rule', strength: 'strong', evidence: { test: 'documented-policy', words, data } }
  }
  if (byCandidate >= enough * said.length) {
    const words = `In ${byCandidate} of ${members.length} of these decisions the candidate contradicts the documented policy, and the legacy keeps to it.`
    return { side: 'defect', strength: 'strong', evidence: { test: 'documented-policy', words, data } }
  }
  return null
}
