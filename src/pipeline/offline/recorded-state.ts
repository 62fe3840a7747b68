import { oldestCopyMs } from '../../classify/experiments/older-reads.ts'
import type { Context } from '../../model/context.ts'
import type { EpochMs, Position } from '../../model/ids.ts'
import { epochMs } from '../../model/ids.ts'
import type { LogPoint } from '../../model/read.ts'
import type { VersionState } from '../../shadow/version-state.ts'
import { stateSpanMs } from '../classify/kept-history.ts'
import type { RollingState } from '../classify/rolling-state.ts'
import type { CandidateStores } from './candidate-stores.ts'

/** The versions of an offline run as classification sees them: the log is read for it, and what is too old is let go. */
export interface RecordedState {
  readonly rolling: RollingState
  readonly forget: (bounds: { readonly settledBefore: LogPoint; readonly oldestAt: EpochMs }) => void
}

const forgetEvery = 2

const earliest = (...positions: readonly Position[]): Position => positions.toSorted()[0] ?? ('' as Position)

export const createRecordedState = (input: {
  readonly context: Context
  readonly state: VersionState
  readonly stores: CandidateStores
}): RecordedState => {
  const { context, state, stores } = input
  const slackMs = stateSpanMs(context)
  let keptFrom: LogPoint | null = null
  let asked = 0
  return {
    rolling: {
      state,
      advance: async () => undefined,
      forget: () => undefined,
      keptFrom: () => keptFrom,
    },
    forget: ({ settledBefore, oldestAt }) => {
      asked += 1
      if (asked % forgetEvery !== 0) return
      const from = epochMs(oldestAt - slackMs)
      const position = earliest(settledBefore.position, stores.shownFrom(from), stores.committedBy(from))
      if (keptFrom === null || position > keptFrom.position) keptFrom = { position, ordinal: 0 }
      // The legacy may have looked at a copy of master data.
      const copied = epochMs(from - oldestCopyMs)
      const reference = { position: earliest(keptFrom.position, stores.committedBy(copied)), ordinal: 0 }
      state.prune({ stream: keptFrom, external: reference, reference, holdOf: (projection, key) => stores.keptFrom(projection, key, from) })
      stores.forgetBefore(from, copied)
    },
  }
}
