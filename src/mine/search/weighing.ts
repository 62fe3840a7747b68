/** Fewer positives are no ground for a condition. */
export const minPositives = 6

/** Log-likelihood in bits of a group with p positives and n negatives, coded with its own rate. */
const likelihood = (p: number, n: number): number => {
  const total = p + n
  return (p > 0 ? p * Math.log2(p / total) : 0) + (n > 0 ? n * Math.log2(n / total) : 0)
}

/** A condition on top of others, weighed against all rows that the search began with. */
export interface Weighing {
  readonly root: { readonly positives: number; readonly negatives: number; readonly precision: number }
  readonly likelihood: number
  readonly parentPrecision: number
  readonly weight: number
}

export const weighingOf = (root: Weighing['root'], parentPrecision: number, weight: number): Weighing => ({
  root,
  likelihood: likelihood(root.positives, root.negatives),
  parentPrecision,
  weight,
})

/** Bits of likelihood that telling these rows from the others is worth. */
export const qualityOf = ({ root, likelihood: whole }: Weighing, positives: number, negatives: number): number =>
  likelihood(positives, negatives) + likelihood(root.positives - positives, root.negatives - negatives) - whole
