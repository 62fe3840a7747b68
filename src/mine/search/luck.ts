/** From so many values on, a list of some of them has to be earned value by value. */
export const longList = 64

/** From so many values on, only those with positives are counted. */
export const sparse = 1024

/**
 * How surprising so many hits are where each comes by chance with probability `base`: minus log2 of Chernoff's bound of their
 * probability. Compare it with log2 of the number of places where one could have looked.
 */
export const luckBits = (hits: number, tries: number, base: number): number => {
  const share = hits / tries
  if (share <= base) return 0
  const chance = Math.max(base, 1e-9)
  const missed = share >= 1 ? 0 : (1 - share) * Math.log2((1 - share) / (1 - chance))
  return tries * (share * Math.log2(share / chance) + missed)
}
