import type { Case } from './case.ts'
import { rightLogics } from './experiments/right-logic.ts'
import type { Snapshot } from './input.ts'
import { observationDifferences } from './observation-differences.ts'

/**
 * Where clocks ordered the commits, the order of the log is one of several. Of these the nearest counts in which the candidate, or any other logic
 * at hand, says what the legacy said; where none does, the one in which the candidate differs in the fewest fields. Null: that is the log's own.
 */
export const likelierOrder = async (the: Case): Promise<Snapshot | null> => {
  const { orders, snapshot } = the.input
  if (orders == null || (await isExplained(the, snapshot))) return null
  let nearest: Snapshot | null = null
  let fewest = differing(the, snapshot)
  for await (const other of orders.snapshots) {
    const differences = differing(the, other)
    if (differences === 0 || (await isExplained(the, other))) return other
    if (differences >= fewest) continue
    nearest = other
    fewest = differences
  }
  return nearest
}

const isExplained = async (the: Case, snapshot: Snapshot): Promise<boolean> =>
  (await rightLogics(the, snapshot, { newer: true })).length > 0

const differing = ({ input, final }: Case, { asOf }: Snapshot): number =>
  observationDifferences(input.compare, final, asOf.observation).length
