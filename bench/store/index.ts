import type { Figure } from '../figure.ts'
import { changesFigure, decisionsFigure, eventsFigure } from './writes.ts'
import { withBenchStore } from './bench-store.ts'

/** How fast the store takes in the three bulky things, beside the bare driver writing the same rows to the same kind of table. */
export async function* run(): AsyncGenerator<Figure, undefined> {
  for (const figure of [changesFigure, eventsFigure, decisionsFigure]) yield await withBenchStore(figure)
}
