import { BanyanError } from '../../model/errors.ts'
import type { HiddenRule } from '../../model/hidden-rule.ts'
import type { DecisionId } from '../../model/ids.ts'
import type { PairedDecision } from '../../model/paired-decision.ts'
import type { Verdict } from '../../model/verdict.ts'
import type { Totals } from '../../ports/archive-reader.ts'
import type { Store } from '../../ports/store.ts'
import type { ContextRun } from './context-run.ts'
import type { RowHistory } from './row-history.ts'

/** What mining and the night read of an offline run, and what mining writes back. */
export type OfflineStore = Pick<
  Store,
  'totals' | 'decisionTotals' | 'archive' | 'verdicts' | 'rules' | 'commitMining' | 'changesAt' | 'rowsAt'
>

interface Mined {
  readonly rules: readonly HiddenRule[]
  readonly verdicts: ReadonlyMap<DecisionId, Verdict>
}

/**
 * The spools of an offline run in the terms of a store. Memory: the verdicts that mining changed.
 * `history` is made anew for each context that is mined.
 */
export const createOfflineStore = (input: {
  readonly runs: readonly ContextRun[]
  readonly totals: Totals
  readonly history: () => RowHistory
}): Store => {
  const mined = new Map<string, Mined>()
  let history = input.history()
  const runOf = (name: string): ContextRun => {
    const found = input.runs.find((run) => run.context.name === name)
    if (found === undefined) throw new BanyanError('internal', `no context is named ${name}`, { hint: 'report this' })
    return found
  }
  const decisions = async function* (name: string, which: 'all' | 'divergences'): AsyncGenerator<readonly PairedDecision[], undefined> {
    const { spool, revised } = runOf(name)
    const latest = revised()
    const verdicts = mined.get(name)?.verdicts ?? new Map<DecisionId, Verdict>()
    for await (const part of spool.read(which)) {
      const last = latest.size === 0 ? part : part.filter(({ live, legacy }) => legacy.revision >= (latest.get(live.id) ?? 0))
      yield verdicts.size === 0 ? last : last.map((one) => withVerdict(one, verdicts))
    }
  }
  const own: OfflineStore = {
    totals: async () => input.totals,
    decisionTotals: async (name) => {
      const { triggers, classified } = runOf(name).counts()
      return { triggers, live: triggers, open: triggers - classified, settled: classified, verdicts: classified }
    },
    archive: (name) => decisions(name, 'all'),
    // Of a plain agreement there is nothing to say anew, and most decisions are one.
    verdicts: async function* (name, ids) {
      const asked = new Set(ids)
      for await (const part of decisions(name, 'divergences')) {
        yield part.flatMap(({ verdict }) => (verdict !== null && asked.has(verdict.id) ? verdict : []))
      }
    },
    rules: async (name) => mined.get(name)?.rules ?? [],
    commitMining: async ({ context, rules, verdicts }) => {
      mined.set(context, { rules, verdicts: new Map(verdicts.map((verdict) => [verdict.id, verdict])) })
      history = input.history()
    },
    changesAt: (source, points) => history.changesAt(source, points),
    rowsAt: (source, asked) => history.rowsAt(source, asked),
  }
  return { ...nothing, ...own }
}

const withVerdict = (decision: PairedDecision, verdicts: ReadonlyMap<DecisionId, Verdict>): PairedDecision => {
  const verdict = verdicts.get(decision.live.id)
  return verdict === undefined ? decision : { ...decision, verdict }
}

/** An offline run has no stages, so nothing of this is asked of it. */
const refuse = (): never => {
  throw new BanyanError('internal', 'an offline run keeps no store', { hint: 'report this' })
}

const nothing: Store = {
  openCapture: refuse,
  packChanges: refuse,
  commitCapture: refuse,
  appendChanges: refuse,
  latestRows: refuse,
  journeyStates: refuse,
  journeysDue: refuse,
  lastEventOrdinal: refuse,
  deadLetters: refuse,
  deadLettersBehind: refuse,
  tableVersions: async () => [],
  askReread: refuse,
  askedReread: refuse,
  captureCursor: async () => null,
  captured: refuse,
  readChanges: refuse,
  changePage: refuse,
  stateAt: refuse,
  rowsAt: refuse,
  changesAt: refuse,
  history: refuse,
  stageCursor: refuse,
  commitStage: refuse,
  readEvents: refuse,
  eventsBehind: refuse,
  commitShadow: refuse,
  pairCursor: refuse,
  unsettled: refuse,
  settledByKey: refuse,
  commitPairs: refuse,
  readyDecisions: refuse,
  liveDecisions: refuse,
  classifyCursor: refuse,
  commitVerdicts: refuse,
  commitMining: refuse,
  totals: refuse,
  decisionTotals: refuse,
  verdicts: refuse,
  rules: refuse,
  decision: refuse,
  archive: refuse,
  journeyState: refuse,
  eventsOf: refuse,
  publishPoint: refuse,
  placeOf: refuse,
  eventsOfStream: refuse,
  commitPublished: refuse,
  publishLag: refuse,
  closeCapture: refuse,
  join: refuse,
  members: refuse,
  [Symbol.asyncDispose]: async () => undefined,
}
