/** Lanczos coefficients, g = 7, nine terms: 15 digits for positive arguments. */
const lanczos: readonly number[] = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
  -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
]

/** Natural logarithm of the gamma function, for positive arguments. */
export const logGamma = (x: number): number => {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x)
  const shifted = x - 1
  let sum = lanczos[0] ?? 1
  for (let i = 1; i < lanczos.length; i++) sum += (lanczos[i] ?? 0) / (shifted + i)
  const t = shifted + 7.5
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(t) - t + Math.log(sum)
}

/** Natural logarithm of the beta function. */
export const logBeta = (a: number, b: number): number => logGamma(a) + logGamma(b) - logGamma(a + b)

/** Regularised incomplete beta function I_x(a, b): the chance that a Beta(a, b) variable is at most x. */
export const betaCdf = (x: number, a: number, b: number): number => {
  if (x <= 0) return 0
  if (x >= 1) return 1
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) - logBeta(a, b))
  return x < (a + 1) / (a + b + 2) ? (front * betaFraction(x, a, b)) / a : 1 - (front * betaFraction(1 - x, b, a)) / b
}

/** Continued fraction of the incomplete beta function, by Lentz's method. */
const betaFraction = (x: number, a: number, b: number): number => {
  const tiny = 1e-300
  const guarded = (value: number): number => (Math.abs(value) < tiny ? tiny : value)
  let c = 1
  let d = 1 / guarded(1 - ((a + b) * x) / (a + 1))
  let result = d
  for (let m = 1; m <= 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / guarded(1 + even * d)
    c = guarded(1 + even / c)
    result *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / guarded(1 + odd * d)
    c = guarded(1 + odd / c)
    result *= d * c
    if (Math.abs(d * c - 1) < 1e-13) break
  }
  return result
}

/** The largest x in (low, high) for which `holds` is true; `holds` must be true first and then false. */
const lastWhere = (low: number, high: number, holds: (x: number) => boolean): number => {
  let from = low
  let to = high
  for (let i = 0; i < 100 && to - from > 1e-15 * Math.max(1e-3, to); i++) {
    const middle = (from + to) / 2
    if (holds(middle)) from = middle
    else to = middle
  }
  return (from + to) / 2
}

/** One-sided Clopper-Pearson lower bound of a share, for a single look. `alpha` is the chance of being wrong. */
export const shareLower = (hits: number, total: number, alpha = 0.05): number =>
  hits <= 0 ? 0 : lastWhere(0, 1, (q) => betaCdf(q, hits, total - hits + 1) <= alpha)

/** One-sided Clopper-Pearson upper bound of a share, for a single look. Looking every night breaks it: see {@link anytimeUpper}. */
export const shareUpper = (hits: number, total: number, alpha = 0.05): number =>
  hits >= total ? 1 : lastWhere(0, 1, (q) => betaCdf(q, hits + 1, total - hits) <= 1 - alpha)

/** Chance of `hits` or more in `total` independent trials of chance `rate`. */
export const binomialTail = (hits: number, total: number, rate: number): number => (hits <= 0 ? 1 : betaCdf(rate, hits, total - hits + 1))

/** What an anytime-valid bound is tuned for. */
export interface AnytimeOptions {
  /** The share that is to be certified; the mixture has its mass near it. */
  readonly tunedFor: number
  /** Chance of ever being wrong, over all looks together. Default 0.05. */
  readonly alpha?: number
}

/** Logarithm of the mixture's likelihood ratio against the share `q`: large when the evidence speaks against `q`. */
const logMixture = (failures: number, total: number, q: number, a: number, b: number): number =>
  logBeta(a + failures, b + total - failures) - logBeta(a, b) - failures * Math.log(q) - (total - failures) * Math.log1p(-q)

/**
 * Upper bound of a share that holds at every look at once (Robbins' beta mixture with Ville's inequality), so a gate
 * may look every night. 1 without evidence.
 */
export const anytimeUpper = (failures: number, total: number, options: AnytimeOptions): number => {
  if (total <= 0 || failures >= total) return 1
  const a = 0.5
  const b = 0.5 / options.tunedFor
  const limit = Math.log(1 / (options.alpha ?? 0.05))
  return lastWhere(failures / total, 1, (q) => q === 0 || logMixture(failures, total, q, a, b) < limit)
}

/** How many trials in all, with no failure beyond `failures`, bring {@link anytimeUpper} to `options.tunedFor` or below. */
export const anytimeTrialsNeeded = (failures: number, options: AnytimeOptions): number => {
  const certified = (total: number): boolean => anytimeUpper(failures, total, options) <= options.tunedFor
  let high = Math.max(16, Math.ceil((failures + 1) / options.tunedFor))
  while (!certified(high)) high *= 2
  let low = Math.floor(high / 2)
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (certified(middle)) high = middle
    else low = middle
  }
  return high
}

/** What {@link tableTail} counts: of all some are marked, and of all some are drawn. */
export interface MarkedAndDrawn {
  readonly all: number
  readonly marked: number
  readonly drawn: number
}

/** Fisher: the chance of `hits` or more marked ones among the drawn, where being marked has nothing to do with being drawn. */
export const tableTail = (hits: number, { all, marked, drawn }: MarkedAndDrawn): number => {
  const whole = logChoose(all, drawn)
  let chance = 0
  for (let k = hits; k <= Math.min(drawn, marked); k++) {
    const part = Math.exp(logChoose(marked, k) + logChoose(all - marked, drawn - k) - whole)
    chance += part
    // Beyond the most likely number each part is smaller than the one before.
    if (part < 1e-12 * chance) break
  }
  return Math.min(1, chance)
}

const logChoose = (n: number, k: number): number =>
  k < 0 || k > n ? Number.NEGATIVE_INFINITY : logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1)
