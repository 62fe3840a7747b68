import type { RecordedRead } from '../../model/read.ts'
import { readUnit } from '../../model/substitution.ts'
import type { Evidence } from '../../model/verdict.ts'
import type { Case } from '../case.ts'
import type { PastValue, Snapshot } from '../input.ts'

/** Distinct earlier states of one projection that are tried. */
const maxStates = 24
/** A copy that is older than this is not looked for. */
export const oldestCopyMs: number = 50 * 3_600_000

/** One earlier state of a projection, and whether the candidate agrees with the legacy when it reads that. Instants are in the source's time. */
export interface OlderState {
  readonly projection: string
  readonly from: number
  readonly until: number
  readonly agrees: boolean
}

/**
 * The legacy may itself work with an old copy: which earlier states of which projection make the candidate say what
 * it said? A single decision proves nothing by this; a constant age over many does. Null where nothing was otherwise before.
 */
export const olderReads = async (the: Case, snapshot: Snapshot): Promise<Evidence | null> => {
  const decidedAt = the.input.legacy.decidedAt ?? the.input.live.decidedAt
  const states: OlderState[] = []
  const past = rememberedPast(snapshot)
  for (const projection of new Set(snapshot.asOf.reads.map((read) => read.projection))) {
    const reads = snapshot.asOf.reads.filter((read) => read.projection === projection)
    for (const { from, until } of earlierStates(reads, past, decidedAt - oldestCopyMs)) {
      const alter = (read: RecordedRead): RecordedRead => (read.projection === projection ? asItWas(read, past, from) : read)
      states.push({ projection, from, until, agrees: the.agrees(await snapshot.run({ alter })) })
    }
  }
  const restoring = states.filter((state) => state.agrees)
  if (states.length === 0) return null
  const words =
    restoring.length === 0
      ? 'No earlier state of what the candidate reads explains the legacy’s answer.'
      : `The legacy’s answer is what the candidate says on an earlier state of ${[...new Set(restoring.map((state) => state.projection))].join(', ')}.`
  return { test: 'older-reads', words, data: states.map(({ projection, from, until, agrees }) => ({ projection, from, until, agrees })) }
}

/** The earlier states that were tried of a decision, as its evidence tells them. */
export const olderStates = (evidence: readonly Evidence[]): readonly OlderState[] =>
  (evidence.find((one) => one.test === 'older-reads')?.data ?? []) as unknown as readonly OlderState[]

/** The same is asked for each state that is tried. */
const rememberedPast = ({ history }: Snapshot): Snapshot['history'] => {
  const known = new Map<string, readonly PastValue[]>()
  return (projection, key) => {
    const unit = readUnit(projection, key)
    const past = known.get(unit) ?? history(projection, key)
    known.set(unit, past)
    return past
  }
}

/** The stretches of time, newest first, in which none of the reads' values changed. */
const earlierStates = (
  reads: readonly RecordedRead[],
  history: Snapshot['history'],
  oldest: number,
): readonly { readonly from: number; readonly until: number }[] => {
  const cuts = new Set<number>()
  for (const read of reads) {
    for (const { key } of read.entries) {
      for (const past of history(read.projection, key)) {
        if (past.until < oldest) break
        cuts.add(past.until)
        cuts.add(past.from)
      }
    }
  }
  const instants = [...cuts].sort((a, b) => b - a).slice(0, maxStates + 1)
  return instants.slice(1).map((from, index) => ({ from, until: instants[index] ?? from }))
}

const asItWas = (read: RecordedRead, history: Snapshot['history'], at: number): RecordedRead => ({
  ...read,
  entries: read.entries.map((entry) => {
    const past = history(read.projection, entry.key).find((one: PastValue) => one.from <= at && at < one.until)
    return past === undefined ? entry : { ...entry, value: past.value }
  }),
})
