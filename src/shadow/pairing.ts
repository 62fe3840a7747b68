import type { BusinessEvent } from '../model/business-event.ts'
import type { ChangeEvent, TransactionHeader } from '../model/change-event.ts'
import type { DeadLetter } from '../model/dead-letter.ts'
import type { LegacyDecision } from '../model/decision.ts'
import { decisionId } from '../model/hash.ts'
import type { EpochMs, Position } from '../model/ids.ts'
import { endOfLog } from '../model/log-point.ts'
import type { LogPoint } from '../model/read.ts'
import { foldTransaction } from './fold-answer.ts'
import { createPairingMemory } from './pairing-memory.ts'
import type { PairingContext, PairingMemory } from './pairing-memory.ts'
import { letter, rejoined } from './rejoin.ts'
import type { WatchedBlock } from './watch-index.ts'
import { watchTransaction } from './watch-index.ts'

/** What pairing needs of one transaction. Changes of tables that are not watched are passed over. */
export interface PairingTransaction {
  readonly header: TransactionHeader
  /** Events of the context's type that this transaction caused. */
  readonly triggers: readonly BusinessEvent[]
  readonly changes: Iterable<ChangeEvent>
}

export interface PairingStep {
  /** Decisions as they are now; each id once. */
  readonly decisions: readonly LegacyDecision[]
  readonly deadLetters: readonly DeadLetter[]
}

/**
 * Pairs one context's triggers with the legacy's answers. Feed it every transaction with a trigger or a watched row, in log
 * order; the decisions that come out are the same however the calls are cut, because time is only read from commit
 * times and watermarks. Of several decisions with one key the latest gets the rows; an earlier one that is still open is absent.
 */
export interface Pairing {
  readonly transaction: (transaction: PairingTransaction) => PairingStep
  /** No commit older than `at` is still to come: settles decisions, and gives up waiting for answers. */
  readonly advance: (watermark: { readonly at: EpochMs }) => PairingStep
  /** Nothing more will come: all that is open is absent, all that is answered is settled. */
  readonly end: () => PairingStep
  /** Every decision whose as-of point is before this one is settled; `endOfLog` after the end. */
  readonly settledBefore: () => LogPoint
  /** The last transaction that was paired: `after` of a restart. */
  readonly lastPaired: () => Position | null
  /** Keys of watched rows whose decisions are neither open, nor remembered, nor triggered here. They may be settled ones: see `restore`. */
  readonly unknownKeys: (transaction: PairingTransaction) => readonly string[]
  /**
   * Takes stored decisions back into memory: unsettled ones after a restart, settled ones for a late answer.
   * `transactions` are those that the decisions name (others are passed over), in log order.
   */
  readonly restore: (decisions: readonly LegacyDecision[], transactions: Iterable<Omit<PairingTransaction, 'triggers'>>) => void
  /** Call after what came out is stored: settled decisions that are old enough leave memory. */
  readonly forgetSettled: () => void
  readonly size: () => number
}

/** `after`: the last transaction that was paired before, on a restart; null at the beginning. */
export const createPairing = ({ context, after }: { readonly context: PairingContext; readonly after: Position | null }): Pairing => {
  const memory = createPairingMemory(context, after ?? ('' as Position))
  let isEnded = false
  return {
    transaction: (transaction) => step(memory, (deadLetters) => pairTransaction({ context, memory, transaction, deadLetters })),
    advance: ({ at }) => step(memory, () => memory.pass(at)),
    end: () => {
      isEnded = true
      return step(memory, memory.end)
    },
    settledBefore: () => (isEnded ? endOfLog : memory.earliestUnsettled()),
    lastPaired: memory.lastPaired,
    unknownKeys: ({ triggers, changes }) => {
      const triggered = new Set<string>(triggers.map((trigger) => trigger.key))
      const { blocks } = watchTransaction(context.legacy.watch, changes)
      return blocks.map((block) => block.key).filter((key) => memory.byKey(key) === undefined && !triggered.has(key))
    },
    restore: (decisions, transactions) => {
      for (const { decision, joined } of rejoined(context, decisions, transactions)) memory.track(decision, joined)
    },
    forgetSettled: memory.forgetSettled,
    size: memory.size,
  }
}

const step = (memory: PairingMemory, work: (deadLetters: DeadLetter[]) => void): PairingStep => {
  const deadLetters: DeadLetter[] = []
  work(deadLetters)
  return { decisions: memory.takeChanged(), deadLetters }
}

interface Work {
  readonly context: PairingContext
  readonly memory: PairingMemory
  readonly transaction: PairingTransaction
  readonly deadLetters: DeadLetter[]
}

const pairTransaction = ({ context, memory, transaction, deadLetters }: Work): void => {
  const { header, triggers, changes } = transaction
  memory.pass(header.committedAt)
  for (const trigger of triggers) memory.open(openDecision(context, trigger))
  const { blocks, failures } = watchTransaction(context.legacy.watch, changes)
  for (const block of blocks) join({ context, memory, transaction, deadLetters }, block)
  for (const { change, reason } of failures) {
    deadLetters.push(letter({ context, header, part: change.table, reason: `legacy.watch.${change.table} failed: ${reason}` }))
  }
  memory.paired(header.position)
}

const openDecision = (context: PairingContext, trigger: BusinessEvent): LegacyDecision => ({
  id: decisionId(context.name, trigger.id),
  context: context.name,
  trigger,
  state: 'open',
  revision: 1,
  observation: null,
  firstObservation: null,
  transactions: [],
  asOf: null,
  readFrom: null,
  decidedAt: null,
  answeredAt: null,
})

const join = ({ context, memory, transaction: { header }, deadLetters }: Work, block: WatchedBlock): void => {
  const item = memory.byKey(block.key)
  if (item === undefined) return
  const start = { position: header.position, ordinal: block.start }
  item.joined.push({ header, changes: block.changes, start })
  const { decision } = item
  try {
    memory.update(item, foldTransaction(context, decision, item.joined))
  } catch (cause) {
    memory.update(item, { ...decision, transactions: [...decision.transactions, start] })
    const reason = `legacy.answer failed for '${block.key}': ${cause instanceof Error ? cause.message : String(cause)}`
    deadLetters.push(letter({ context, header, part: decision.id, reason }))
  }
}
