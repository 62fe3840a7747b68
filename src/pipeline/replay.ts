import type { Context } from '../model/context.ts'
import type { SourceName } from '../model/ids.ts'
import { readArchiveLine } from './replay/archived-decision.ts'
import type { ReplayBasis } from './replay/replay-one.ts'
import { createReplayOne } from './replay/replay-one.ts'
import type { Tally } from './replay/tally.ts'
import { addReplayed, createTally } from './replay/tally.ts'

/** One line of an archive, and where it stands in its file. */
interface ArchivedText {
  readonly text: string
  readonly at: number
}

/**
 * Replays recorded decisions with the context's candidate, as many at once as the context allows, and counts what comes of it. The order
 * of the lines does not matter; tallies of parts of an archive add up to the tally of the whole.
 *
 * @throws BanyanError fixture-invalid for a damaged line; the reason of an aborted signal.
 */
export const replayLines = async (input: {
  readonly context: Context
  readonly source: SourceName
  readonly basis: ReplayBasis
  readonly file: string
  readonly lines: Iterator<ArchivedText, undefined>
  readonly signal: AbortSignal
  readonly onReplayed: () => void
}): Promise<Tally> => {
  const { context, file, lines, signal } = input
  const replayOne = createReplayOne(input)
  const tally = createTally()
  const lane = async (): Promise<void> => {
    for (let next = lines.next(); next.done !== true; next = lines.next()) {
      const decision = readArchiveLine(next.value.text, `${file}, byte ${next.value.at}`)
      addReplayed(tally, decision, await replayOne(decision, signal))
      input.onReplayed()
    }
  }
  await Promise.all(Array.from({ length: Math.max(1, context.limits.concurrency) }, lane))
  return tally
}
