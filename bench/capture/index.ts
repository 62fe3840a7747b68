import type { Figure } from '../figure.ts'
import { captureFigures } from './capture.ts'
import { run as legacyFigures } from '../legacy/index.ts'
import { tell } from '../progress.ts'
import { sourceFigures } from './source.ts'

/**
 * From the legacy's log to decoded rows, to the durable store, what that takes, and what it costs the legacy; beside a bare reader of the same run.
 * The last takes most of the time: `--quick` plays fewer and shorter days.
 */
export async function* run(options: readonly string[]): AsyncGenerator<Figure, undefined> {
  tell('decodes backlogs')
  yield* sourceFigures()
  tell('captures backlogs')
  yield* captureFigures()
  yield* legacyFigures(options)
}
