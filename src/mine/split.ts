import type { CaseTable } from './table/case-table.ts'

/** Which rows the search may see. Whole entities are held out, over the whole time, so that rules of a few days can be tested too. */
export interface Split {
  readonly all: Int32Array
  /** Rows whose candidate answer is proved wrong: neither evidence for a rule nor against it. */
  readonly aside: Int32Array
  readonly train: Int32Array
  readonly holdout: Int32Array
  /** 1: held out. */
  readonly held: Uint8Array
}

const heldShare = 0.3

/** Depends on the entities' names only: the same decision is on the same side every night. */
export const splitCases = ({ rows, entities, proved }: CaseTable): Split => {
  const held = new Uint8Array(rows)
  const lists = { all: new Int32Array(rows), aside: new Int32Array(rows), train: new Int32Array(rows), holdout: new Int32Array(rows) }
  const ends = { all: 0, aside: 0, train: 0, holdout: 0 }
  for (let row = 0; row < rows; row++) {
    const isHeld = (entities[row] ?? 0) / 2 ** 32 < heldShare
    held[row] = isHeld ? 1 : 0
    if (proved[row] === 1) lists.aside[ends.aside++] = row
    else {
      lists.all[ends.all++] = row
      if (isHeld) lists.holdout[ends.holdout++] = row
      else lists.train[ends.train++] = row
    }
  }
  return {
    held,
    all: lists.all.subarray(0, ends.all),
    aside: lists.aside.subarray(0, ends.aside),
    train: lists.train.subarray(0, ends.train),
    holdout: lists.holdout.subarray(0, ends.holdout),
  }
}
