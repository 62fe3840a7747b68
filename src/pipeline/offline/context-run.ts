import type { BusinessEvent } from '../../model/business-event.ts'
import type { ChangeEvent, TransactionHeader } from '../../model/change-event.ts'
import type { Context } from '../../model/context.ts'
import { BanyanError } from '../../model/errors.ts'
import type { DecisionId, EpochMs } from '../../model/ids.ts'
import { tableName } from '../../model/ids.ts'
import type { DecisionSpool } from '../../ports/decision-spool.ts'
import type { DeclaredDeliveries, DecidedLine, DeliveredLine, FrontierLine } from '../../ports/delivery-source.ts'
import type { PairingStep } from '../../shadow/pairing.ts'
import { createPairing } from '../../shadow/pairing.ts'
import { createVersionState } from '../../shadow/version-state.ts'
import { createAskedDecisions } from './asked-decisions.ts'
import { createCandidateStores } from './candidate-stores.ts'
import { createEarlyLines } from './early-lines.ts'
import { createRecordedState } from './recorded-state.ts'
import { createSettledDecisions } from './settled-decisions.ts'
import { createSpooledVerdicts } from './spooled-verdicts.ts'
import { createTriggerLine } from './trigger-line.ts'

/** One transaction as a context sees it. */
export interface ReadTransaction {
  readonly header: TransactionHeader
  readonly changes: Iterable<ChangeEvent>
  readonly events: readonly BusinessEvent[]
}

/** One context of an offline run: fed in log order, it pairs, asks the candidate, classifies, and leaves its decisions in a spool. */
export interface ContextRun {
  readonly context: Context
  readonly spool: DecisionSpool
  readonly transaction: (transaction: ReadTransaction) => void
  /** No commit before this instant is still to come. */
  readonly advance: (at: EpochMs) => void
  readonly take: (line: DeliveredLine | FrontierLine | DecidedLine) => void
  /** Classifies what is settled by now; everything delivered up to `at` has been taken. Resolves with how many. */
  readonly classify: (at: EpochMs) => Promise<number>
  /** Nothing more will come: settles all that is open. */
  readonly end: () => void
  readonly counts: () => { readonly triggers: number; readonly classified: number; readonly deadLetters: number }
  /** Decisions that are in the spool more than once → the revision that counts. */
  readonly revised: () => ReadonlyMap<DecisionId, number>
  /** What of the deliveries belonged to nothing. */
  readonly leftOver: () => readonly string[]
}

/** Settled decisions that a late answer may still find; a live run finds them in its store. */
const rememberedDecisions = 5_000

export const createContextRun = (input: {
  readonly context: Context
  readonly spool: DecisionSpool
  readonly declared: DeclaredDeliveries
  readonly deliveries: string
  readonly signal: AbortSignal
}): ContextRun => {
  const { context, spool, declared } = input
  const state = createVersionState(context.reads, context)
  const stores = createCandidateStores({ context, state, declared })
  const line = createTriggerLine()
  const asked = createAskedDecisions(context, declared.decided.includes(context.name), line)
  const settled = createSettledDecisions()
  const pairing = createPairing({ context, after: null })
  const recorded = createRecordedState({ context, state, stores })
  const classified = createSpooledVerdicts({ ...input, state, stores, asked, line, recorded })
  const early = createEarlyLines(input.deliveries)
  const watched = new Set(Object.keys(context.legacy.watch).map(tableName))
  let deadLetters = 0

  const step = ({ decisions, deadLetters: letters }: PairingStep): void => {
    for (const decision of decisions) if (!classified.has(decision)) settled.note(decision)
    deadLetters += letters.length
    if (pairing.size() > rememberedDecisions) pairing.forgetSettled()
  }
  const deliver = (line: DeliveredLine): void => {
    try {
      if (!stores.delivered(line)) early.add(line)
    } catch (cause) {
      throw inFile(cause, input.deliveries, line.line)
    }
  }
  return {
    context,
    spool,
    transaction: ({ header, changes, events }) => {
      const triggers = events.filter((event) => event.type === context.on)
      let isWatched = false
      for (const change of changes) {
        state.apply(change)
        isWatched ||= watched.has(change.table)
      }
      stores.committed(header)
      if (isWatched || triggers.length > 0) {
        const paired = pairing.transaction({ header, triggers, changes })
        for (const decision of triggers.length > 0 ? paired.decisions : []) asked.ask(decision, header)
        step(paired)
      }
      for (const line of early.upTo(header.position)) deliver(line)
    },
    advance: (at) => step(pairing.advance({ at })),
    take: (line) => {
      if (line.kind === 'decided') asked.decided(line)
      else if (line.kind === 'frontier') stores.frontier(line)
      else deliver(line)
    },
    classify: async (at) => {
      const before = classified.count()
      const ready = settled.take(pairing.settledBefore(), ({ id }) => asked.isDecidedBy(id, at))
      await classified.add(ready, at)
      if (ready.length > 0) recorded.forget({ settledBefore: pairing.settledBefore(), oldestAt: asked.oldestAt() ?? at })
      return classified.count() - before
    },
    end: () => step(pairing.end()),
    counts: () => ({ triggers: asked.count(), classified: classified.count(), deadLetters }),
    revised: classified.revised,
    leftOver: () => [...early.rest(), ...asked.unused()].map((line) => `${input.deliveries}:${line.line ?? '?'}: ${leftOverWords(line)}`),
  }
}

const leftOverWords = (line: DeliveredLine | DecidedLine): string =>
  line.kind === 'decided'
    ? `${line.context} was never asked about '${line.key}', or not so often`
    : `no transaction wrote ${line.projection} '${line.key}' at ${line.position ?? ''}`

const inFile = (cause: unknown, file: string, line: number | undefined): unknown =>
  cause instanceof BanyanError && line !== undefined
    ? new BanyanError(cause.code, cause.message, { hint: cause.hint, where: `${file}:${line}`, cause })
    : cause
