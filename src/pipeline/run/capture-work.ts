import { expireJourney, foldJourney } from '../../../rules/fold-journey.ts'
import { createTranslator } from '../../../rules/translate.ts'
import type { SourceTable } from '../../ports/change-source.ts'
import { columnUses } from '../../schema/column-uses.ts'
import { judgeChanges } from '../../schema/judge.ts'
import { capture, reopenCapture } from '../capture.ts'
import { watchedTables } from '../config.ts'
import type { RunOptions } from './options.ts'
import type { InputEnd } from '../share/input-end.ts'
import type { Progress } from './progress.ts'

/** Captures from where the store is, and lets another do so when it is over. */
export const captureWork =
  (of: {
    readonly options: RunOptions
    readonly tables: readonly SourceTable[]
    readonly end: AbortSignal
    readonly input: InputEnd
    readonly progress: Progress
  }): ((signal: AbortSignal) => Promise<void>) =>
  async (signal) => {
    const { config, store, onNotice } = of.options
    const { source, rules, journeys, time } = config
    try {
      await reopenCapture(store, source.name)
      of.input.opened()
      const uses = columnUses(config)
      await capture({
        source,
        store,
        time,
        translate: createTranslator({ rules, journeys, tables: of.tables }),
        oldRowsOf: watchedTables(config.contexts),
        judgeSchema: (table, changes) => judgeChanges(table, changes, { policy: config.schemaChanges ?? {}, uses }),
        journeys,
        journeyFunctions: { fold: foldJourney, expire: expireJourney },
        signal,
        end: of.end,
        onProgress: of.progress.captured,
        ...(onNotice === undefined ? {} : { onNotice }),
      })
      if (!signal.aborted) of.input.passed()
    } finally {
      await store.closeCapture(source.name)
    }
  }
