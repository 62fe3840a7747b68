import type { Figure } from '../figure.ts'
import { emitFigures } from './emit.ts'

/** Kafka, in and out, beside real Debezium and beside the bare client. `--quick`: fewer rounds, smaller backlogs. */
export async function* run(options: readonly string[]): AsyncGenerator<Figure, undefined> {
  yield* emitFigures(options)
}
