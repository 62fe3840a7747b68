import type { MiningCase } from './case.ts'
import { spread } from './scalar.ts'

/** Which rows the search may see. Whole entities are held out, over the whole time, so that rules of a few days can be tested too. */
export interface Split {
  readonly all: Int32Array
  /** Rows whose candidate answer is proved wrong: neither evidence for a rule nor against it. */
  readonly aside: Int32Array
  readonly train: Int32Array
  readonly holdout: Int32Array
  /** 1: held out. */
  readonly held: Uint8Array
  readonly entity: (row: number) => string
}

const heldShare = 0.3

/** Depends on the entities' names only: the same decision is on the same side every night. */
export const splitCases = (cases: readonly MiningCase[]): Split => {
  const held = Uint8Array.from(cases, (one) => (spread(one.entity ?? one.id) / 2 ** 32 < heldShare ? 1 : 0))
  const rows = Int32Array.from(cases, (_, row) => row)
  const all = rows.filter((row) => cases[row]?.proved !== true)
  return {
    all,
    aside: rows.filter((row) => cases[row]?.proved === true),
    held,
    train: all.filter((row) => held[row] === 0),
    holdout: all.filter((row) => held[row] === 1),
    entity: (row) => cases[row]?.entity ?? cases[row]?.id ?? '',
  }
}
