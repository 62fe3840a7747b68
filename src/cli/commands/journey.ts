import { describeJourney } from '../../../rules/journey-words.ts'
import { journeyKey } from '../../model/ids.ts'
import type { Command } from '../command.ts'
import { exitCodes } from '../exit.ts'
import { openBanyan } from '../open.ts'

interface JourneyCommandOptions {
  readonly key: string
}

const eventLimit = 1_000

/** Tells where one key stands and how it got there. Exit 1 when no journey knows the key. */
export const journey: Command<JourneyCommandOptions> = async (input, options) => {
  await using opened = await openBanyan(input)
  const key = journeyKey(options.key)
  const events = await opened.store.eventsOf(key, eventLimit)
  const told = []
  for (const defined of opened.config.journeys) {
    const state = await opened.store.journeyState(defined.name, key)
    if (state !== null) told.push({ state, lines: describeJourney(defined, state, events) })
  }
  const lines = told.flatMap(({ lines }) => lines)
  input.output.result(
    { key, journeys: told.map(({ state }) => state), events },
    lines.length > 0 ? lines.join('\n') : `no journey knows ${key}; keys are those that the rules emit`,
  )
  return told.length > 0 ? exitCodes.yes : exitCodes.no
}
