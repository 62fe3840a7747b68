import { expireJourney, foldJourney } from '../../../rules/fold-journey.ts'
import { createTranslator } from '../../../rules/translate.ts'
import type { BusinessEvent } from '../../model/business-event.ts'
import type { LegacyTransaction } from '../../model/change-event.ts'
import type { ChangeSource } from '../../ports/change-source.ts'
import { foldJourneys } from '../capture/journey-fold.ts'
import { completeChanges } from '../capture/complete-changes.ts'
import type { PipelineConfig } from '../config.ts'
import { watchedTables } from '../config.ts'
import type { ReadTransaction } from './context-run.ts'
import { createJourneyMemory } from './journey-memory.ts'
import { createKnownRows } from './known-rows.ts'
import { storedData } from './stored-order.ts'

/** Larger transactions are read from their recording at every look, in parts of this many changes. */
const heldChanges = 20_000
const rememberedJourneys = 200_000

/** A transaction in business words, with what could not be translated. */
export interface TranslatedTransaction extends ReadTransaction {
  readonly deadLetters: number
}

/** Translates the transactions of a recording one after another, as capture does: rows that rules ask for come from the recording itself. */
export const createTransactionReader = async (input: {
  readonly config: PipelineConfig
  readonly transactions: ChangeSource
  readonly signal: AbortSignal
}): Promise<(tx: LegacyTransaction) => Promise<TranslatedTransaction>> => {
  const { config, transactions, signal } = input
  const translate = createTranslator({ rules: config.rules, journeys: config.journeys, tables: await transactions.tables() })
  const oldRowsOf = watchedTables(config.contexts)
  const rows = createKnownRows({ transactions, signal })
  const withJourneys = createJourneyFold(config, transactions)
  return async (tx) => {
    const isHeld = tx.header.count < heldChanges
    const changes = isHeld ? await completeChanges([...tx.changes()], { memory: rows, oldRowsOf }) : null
    const whole: LegacyTransaction = changes === null ? tx : { ...tx, changes: () => changes }
    let result = translate(whole, rows.rowOf)
    while (result.kind === 'needs') {
      await rows.fetch(result.keys)
      result = translate(whole, rows.rowOf)
    }
    rows.note(whole.changes())
    return {
      header: tx.header,
      changes: changes ?? { [Symbol.iterator]: () => tx.changes()[Symbol.iterator]() },
      events: (await withJourneys(tx, result.events)).map(stored),
      deadLetters: result.deadLetters.length,
    }
  }
}

/** An event as a store would give it back. */
const stored = (event: BusinessEvent): BusinessEvent => {
  const data = storedData(event.data)
  return data === event.data ? event : { ...event, data }
}

/** The events of a transaction, and those that they derive. */
const createJourneyFold = (
  config: PipelineConfig,
  { name: source }: ChangeSource,
): ((tx: LegacyTransaction, events: readonly BusinessEvent[]) => Promise<readonly BusinessEvent[]>) => {
  if (config.journeys.length === 0) return async (_, events) => events
  const journeys = new Map(config.journeys.map((journey) => [journey.name, journey]))
  const store = createJourneyMemory(rememberedJourneys)
  const functions = { fold: foldJourney, expire: expireJourney }
  return async ({ header }, events) => {
    const moments = [{ position: header.position, at: header.committedAt, events, isIdle: false }]
    const folded = await foldJourneys({ journeys, functions, store, source, moments })
    store.put(folded.states)
    return folded.events
  }
}
