import type { ChangeEvent, LegacyTransaction, SourceItem, TransactionHeader } from '../../model/change-event.ts'
import { BanyanError } from '../../model/errors.ts'
import type { ResumeToken } from '../../model/ids.ts'
import type { Gate } from './gate.ts'

/** A transaction with more changes is looked at anew each time, as its source does. */
const heldChanges = 10_000

/**
 * A transaction as seen from inside. One of which nothing is left only tells that its time has passed; a part of a snapshot
 * of which nothing is left tells nothing: null.
 */
export const guardedTransaction = (gate: Gate, tx: LegacyTransaction, token: ResumeToken): SourceItem | null => {
  const header = gate.leavesOut ? { ...tx.header, count: countInside(gate, tx) } : tx.header
  const described = gate.describe(tx.described ?? [])
  const isFate = described.some(({ fate }) => fate !== undefined)
  const { unreadable } = tx
  if (header.count === 0 && !isFate) {
    if (unreadable !== undefined) return { kind: 'progress', token, position: header.position, at: header.committedAt, unreadable }
    return header.snapshot ? null : { kind: 'progress', token, position: header.position, at: header.committedAt }
  }
  let held: readonly ChangeEvent[] | null = null
  return {
    kind: 'transaction',
    header,
    token,
    described,
    ...(tx.reread === undefined ? {} : { reread: tx.reread }),
    ...(unreadable === undefined ? {} : { unreadable }),
    changes: () => {
      if (header.count > heldChanges) return inside(gate, tx, header)
      held ??= [...inside(gate, tx, header)]
      return held
    },
  }
}

const countInside = (gate: Gate, tx: LegacyTransaction): number => {
  let count = 0
  for (const _ of inside(gate, tx, tx.header)) count += 1
  return count
}

/** Ordinals count what is inside, but for a snapshot: its parts are numbered on by the source. */
function* inside(gate: Gate, tx: LegacyTransaction, transaction: TransactionHeader): Generator<ChangeEvent, undefined> {
  let ordinal = 0
  for (const change of decoded(tx)) {
    const admitted = gate.admit(change)
    if (admitted === null) continue
    yield gate.leavesOut ? { ...admitted, transaction, ordinal: transaction.snapshot ? admitted.ordinal : ordinal } : admitted
    ordinal += 1
  }
}

/** What a source throws while it decodes may have the value in its message that it stumbled on. */
function* decoded(tx: LegacyTransaction): Generator<ChangeEvent, undefined> {
  try {
    yield* tx.changes()
  } catch (error) {
    if (error instanceof BanyanError) throw error
    throw new BanyanError('source-undecodable', `a change of the transaction at ${tx.header.position} cannot be decoded`, {
      hint: 'what it is about is not shown, because the source is masked; report it with the types of the table',
      where: tx.header.source,
    })
  }
}
