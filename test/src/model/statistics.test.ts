import { describe, expect, it } from 'vitest'
import {
  anytimeTrialsNeeded,
  anytimeUpper,
  betaCdf,
  binomialTail,
  logGamma,
  shareLower,
  shareUpper,
  tableTail,
} from '../../../src/model/statistics.ts'

/** Small seeded generator, so that a failing run can be repeated. */
const seeded = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

describe('special functions', () => {
  it('logGamma is the factorial at whole numbers', () => {
    let factorial = 0
    for (let n = 1; n <= 150; n++) {
      expect(logGamma(n)).toBeCloseTo(factorial, 9)
      factorial += Math.log(n)
    }
  })

  it('betaCdf agrees with the binomial sum', () => {
    for (const [hits, total, rate] of [
      [3, 10, 0.2],
      [9, 10, 0.9],
      [1, 50, 0.01],
      [25, 60, 0.4],
    ] as const) {
      let sum = 0
      for (let k = hits; k <= total; k++) {
        sum += Math.exp(
          logGamma(total + 1) - logGamma(k + 1) - logGamma(total - k + 1) + k * Math.log(rate) + (total - k) * Math.log1p(-rate),
        )
      }
      expect(binomialTail(hits, total, rate)).toBeCloseTo(sum, 10)
    }
    expect(betaCdf(0.5, 3, 3)).toBeCloseTo(0.5, 12)
  })
})

describe('single-look bounds', () => {
  it('give the published sample sizes', () => {
    for (const [failures, total] of [
      [0, 2995],
      [1, 4742],
      [2, 6294],
      [5, 10_511],
    ] as const) {
      expect(shareUpper(failures, total)).toBeLessThanOrEqual(1e-3)
      expect(shareUpper(failures, total - 10)).toBeGreaterThan(1e-3)
    }
    expect(shareLower(59, 59)).toBeGreaterThan(0.95)
    expect(shareLower(58, 58)).toBeLessThan(0.95)
    expect(shareLower(0, 10)).toBe(0)
    expect(shareUpper(10, 10)).toBe(1)
  })
})

describe('the anytime-valid bound', () => {
  it('gives the published sample sizes', () => {
    const table = [
      [1e-2, [409, 705, 932, 1500]],
      [1e-3, [4105, 7070, 9346, 15_046]],
      [1e-4, [41_070, 70_728, 93_500, 150_527]],
    ] as const
    for (const [tunedFor, sizes] of table) {
      const needed = [0, 1, 2, 5].map((failures) => anytimeTrialsNeeded(failures, { tunedFor }))
      for (const [i, size] of sizes.entries()) expect(Math.abs((needed[i] ?? 0) / size - 1)).toBeLessThan(1e-3)
    }
  })

  it('falls with trials and rises with failures', () => {
    const options = { tunedFor: 1e-3 }
    expect(anytimeUpper(0, 0, options)).toBe(1)
    expect(anytimeUpper(3, 20_000, options)).toBeLessThan(anytimeUpper(3, 10_000, options))
    expect(anytimeUpper(4, 10_000, options)).toBeGreaterThan(anytimeUpper(3, 10_000, options))
  })

  it('survives a look every night, where the single-look bound does not', () => {
    const random = seeded(11)
    const rate = 1e-2
    const [runs, nights, nightly] = [400, 60, 300]
    let anytimeWrong = 0
    let singleWrong = 0
    for (let run = 0; run < runs; run++) {
      let failures = 0
      let anytime = false
      let single = false
      for (let night = 1; night <= nights; night++) {
        for (let i = 0; i < nightly; i++) failures += random() < rate ? 1 : 0
        anytime ||= anytimeUpper(failures, night * nightly, { tunedFor: rate }) < rate
        single ||= shareUpper(failures, night * nightly) < rate
      }
      anytimeWrong += anytime ? 1 : 0
      singleWrong += single ? 1 : 0
    }
    expect(anytimeWrong / runs).toBeLessThan(0.05)
    expect(singleWrong / runs).toBeGreaterThan(0.1)
  })
})

describe('a table of marked and drawn', () => {
  it('has the chances of drawing without putting back', () => {
    // Three of ten are marked, four are drawn: C(3,k) C(7,4-k) / C(10,4).
    const table = { all: 10, marked: 3, drawn: 4 }
    expect(tableTail(3, table)).toBeCloseTo(7 / 210, 12)
    expect(tableTail(2, table)).toBeCloseTo((63 + 7) / 210, 12)
    expect(tableTail(0, table)).toBeCloseTo(1, 12)
    expect(tableTail(4, table)).toBe(0)
  })

  it('is no more than what chance with the same share would be with putting back, and sums up large ones', () => {
    expect(tableTail(5, { all: 69, marked: 9, drawn: 5 })).toBeLessThan(binomialTail(5, 5, 9 / 69))
    expect(tableTail(0, { all: 1_000_000, marked: 400_000, drawn: 300_000 })).toBeCloseTo(1, 6)
  })
})
