import type { ChangeEvent, TransactionHeader } from '../model/change-event.ts'
import { encode } from '../model/canonical.ts'
import type { Context } from '../model/context.ts'
import { pending } from '../model/context.ts'
import type { LegacyDecision } from '../model/decision.ts'
import type { EpochMs } from '../model/ids.ts'
import { epochMs } from '../model/ids.ts'
import type { Observation } from '../model/observation.ts'
import type { LogPoint } from '../model/read.ts'
import { transactionView } from '../model/transaction-view.ts'
import type { TransactionView } from '../model/transaction-view.ts'
import { cloneData } from './clone-data.ts'
import { wroteBeside } from './wrote-beside.ts'

/** A transaction that touched a decision: its rows of this decision only, and where its own work begins. */
export interface JoinedTransaction {
  readonly header: TransactionHeader
  readonly changes: readonly ChangeEvent[]
  readonly start: LogPoint
}

type PairingContext = Pick<Context, 'legacy' | 'answersWithinMs' | 'settlesWithinMs' | 'maxTransactionMs'>

/** A decision after one more of its transactions. `joined` holds all of them, the new one last. Throws what `legacy.answer` throws. */
export const foldTransaction = (
  context: PairingContext,
  decision: LegacyDecision,
  joined: readonly JoinedTransaction[],
): LegacyDecision => {
  const latest = joined.at(-1)
  if (latest === undefined) return decision
  const next = { ...decision, transactions: [...decision.transactions, latest.start] }
  const views = joined.map(({ header, changes }) => transactionView(header, () => changes))
  const answer = context.legacy.answer(views, decision.trigger)
  if (answer === pending) return next
  const observation: Observation = { kind: 'decided', answer: cloneData(answer), effects: [] }
  if (decision.observation !== null && encodeObservation(decision.observation) === encodeObservation(observation)) return next
  const told =
    decision.state === 'answered' ? corrected(next, observation) : answered({ context, decision: next, joined, views, observation })
  return { ...told, wrote: wroteBeside(joined) }
}

const encodeObservation = (observation: Observation): string => encode(observation as unknown as Parameters<typeof encode>[0])

/** Inside the settlement time: the same decision, said better. */
const corrected = (decision: LegacyDecision, observation: Observation): LegacyDecision => ({
  ...decision,
  observation,
  firstObservation: decision.firstObservation ?? decision.observation,
})

/**
 * The first answer, or a late one that opens a new revision. The as-of point is where the decision's first own work
 * begins: for a first answer that is spread over several transactions in the first of them, with `readFrom` set so
 * that the later ones are scanned too; for a late one in the transaction that said it.
 */
const answered = (input: {
  readonly context: PairingContext
  readonly decision: LegacyDecision
  readonly joined: readonly JoinedTransaction[]
  readonly views: readonly TransactionView[]
  readonly observation: Observation
}): LegacyDecision => {
  const { context, decision, joined, views, observation } = input
  const isLate = decision.observation !== null
  const [base, latest] = [isLate ? joined.at(-1) : joined[0], joined.at(-1)]
  if (base === undefined || latest === undefined) return decision
  const isExact = context.maxTransactionMs === 0 && (isLate || joined.length === 1)
  const began = base.header.beganAt ?? epochMs(base.header.committedAt - context.maxTransactionMs)
  return {
    ...decision,
    state: 'answered',
    revision: isLate ? decision.revision + 1 : decision.revision,
    observation,
    firstObservation: null,
    asOf: base.start,
    readFrom: isExact ? null : began,
    decidedAt: declaredInstant(context, views) ?? base.header.beganAt ?? base.header.committedAt,
    answeredAt: latest.header.committedAt,
  }
}

const declaredInstant = (context: PairingContext, views: readonly TransactionView[]): EpochMs | null =>
  context.legacy.decidedAt?.(views) ?? null
