import type { Context } from '../model/context.ts'
import type { SourceName } from '../model/ids.ts'
import type { SourceTable } from '../ports/change-source.ts'
import type { Store } from '../ports/store.ts'
import { mine } from '../mine/mine.ts'
import type { MiningCase } from '../mine/case.ts'
import { factsOf } from './mine/facts.ts'
import { relatedRows } from './mine/related-rows.ts'
import type { ArchivedDecision } from './night/fold-context.ts'

/** Beyond this many decisions, agreeing ones are thinned out: evenly, by their ids, so that the choice is the same each time. */
const maxCases = 60_000
const chunk = 1_000

interface MiningInput {
  readonly context: Context
  readonly store: Store
  readonly source: SourceName
  readonly tables: readonly SourceTable[]
}
