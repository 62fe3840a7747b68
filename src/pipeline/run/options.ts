import type { MiningResult } from '../../mine/case.ts'
import type { ContextName } from '../../model/ids.ts'
import type { Store } from '../../ports/store.ts'
import type { PipelineConfig } from '../config.ts'
import type { StageName } from '../stage-names.ts'
import type { RunProgress } from './progress.ts'

export interface RunOptions {
  readonly config: PipelineConfig
  readonly store: Store
  /** Stops at once; a later run goes on from what is durable. */
  readonly signal: AbortSignal
  /** Capture what is committed now, follow it to its end, mine, and resolve. Same as an `end` that is aborted already. */
  readonly once?: boolean
  /** When aborted: everything committed by then is captured and followed to its end, then the run mines and resolves. */
  readonly end?: AbortSignal
  readonly onProgress?: (progress: RunProgress) => void
  /** Left out: all. Others are done by other processes. */
  readonly stages?: ReadonlySet<StageName>
  /** Whether row changes go to the config's emitter as well. */
  readonly emit?: boolean
  /** What people should know of and no failure is, in a sentence. */
  readonly onNotice?: (text: string) => void
  /** What mining found, with the extension of each rule; the rules themselves are in the store. */
  readonly onMined?: (context: ContextName, result: MiningResult) => void
}
