import type { Figure } from '../figure.ts'
import { captureFigures } from './capture.ts'
import { run as legacyFigures } from '../legacy/index.ts'
import { sourceFigures } from './source.ts'

/** From the legacy's log to decoded rows, to the durable store, what that takes, and what it costs the legacy; beside a bare reader of the same run. */
export async function* run(): AsyncGenerator<Figure, undefined> {
  yield* sourceFigures()
  yield* captureFigures()
  yield* legacyFigures()
}
