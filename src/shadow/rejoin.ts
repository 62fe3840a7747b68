import type { ChangeEvent, TransactionHeader } from '../model/change-event.ts'
import type { DeadLetter } from '../model/dead-letter.ts'
import type { LegacyDecision } from '../model/decision.ts'
import { deadLetterId } from '../model/hash.ts'
import type { JoinedTransaction } from './fold-answer.ts'
import type { PairingContext } from './pairing-memory.ts'
import { watchTransaction } from './watch-index.ts'

/** Stored decisions with the transactions that they name, found again among those given. */
export const rejoined = (
  context: PairingContext,
  decisions: readonly LegacyDecision[],
  transactions: Iterable<{ readonly header: TransactionHeader; readonly changes: Iterable<ChangeEvent> }>,
): readonly { readonly decision: LegacyDecision; readonly joined: JoinedTransaction[] }[] => {
  const items = decisions.map((decision) => ({ decision, joined: [] as JoinedTransaction[] }))
  const byKey = Map.groupBy(items, ({ decision }) => decision.trigger.key as string)
  for (const { header, changes } of transactions) {
    for (const block of watchTransaction(context.legacy.watch, changes).blocks) {
      for (const { decision, joined } of byKey.get(block.key) ?? []) {
        const start = decision.transactions.find((point) => point.position === header.position)
        if (start !== undefined) joined.push({ header, changes: block.changes, start })
      }
    }
  }
  return items
}

/** One failure of pairing, parked. The same failure always has the same id. */
export const letter = (failure: {
  readonly context: PairingContext
  readonly header: TransactionHeader
  /** What failed, within the context: a table or a decision. */
  readonly part: string
  readonly reason: string
}): DeadLetter => {
  const { source, position, committedAt } = failure.header
  const id = deadLetterId(source, position, 'pair', `${failure.context.name} ${failure.part}`)
  return { id, source, position, stage: 'pair', part: failure.context.name, reason: failure.reason, at: committedAt }
}
