import type { Figure } from '../figure.ts'
import { emitFigures } from './emit.ts'
import { readFigures } from './read.ts'

const parts = { emit: emitFigures, read: readFigures } as const

/** Kafka, in and out, beside real Debezium and beside the bare client. `--quick`: fewer rounds, smaller backlogs; `--only=emit` or `--only=read`: one way. */
export async function* run(options: readonly string[]): AsyncGenerator<Figure, undefined> {
  for (const [name, figures] of Object.entries(parts)) {
    const only = options.filter((option) => option.startsWith('--only='))
    if (only.length === 0 || only.includes(`--only=${name}`)) yield* figures(options)
  }
}
