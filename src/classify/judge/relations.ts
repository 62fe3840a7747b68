import type { Clue } from './clue.ts'
import type { Cluster } from './residue-record.ts'

/** What the candidate breaks in a tenth of the cluster is no accident of a few. */
const enough = 0.1

/** The candidate's answers break a relation that was declared for every right answer. */
export const brokenRelation = ({ members }: Cluster): Clue | null => {
  const counts = new Map<string, number>()
  for (const { broken } of members) for (const { test } of broken) counts.set(test, (counts.get(test) ?? 0) + 1)
  const [worst] = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
  if (worst === undefined || worst[1] < enough * members.length) return null
  const example = members.flatMap(({ broken }) => broken).find(({ test }) => test === worst[0])
  return {
    side: 'defect',
    strength: 'strong',
    evidence: {
      test: 'relation',
      words: `In ${worst[1]} of ${members.length} of these decisions the candidate breaks a declared relation. ${example?.words ?? ''}`,
      data: { relation: worst[0].slice('relation:'.length), broken: worst[1], members: members.length },
    },
  }
}
