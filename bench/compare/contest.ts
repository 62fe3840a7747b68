import type { Data } from '../../src/model/value.ts'
import { median } from '../median.ts'
import type { Contestant } from './peers.ts'
import type { Workload } from './workloads.ts'

const rounds = 7
const roundMs = 250
const warmMs = 400
const copies = 16

export interface Result {
  readonly contestant: Contestant
  readonly perSecond: number
  readonly changes: number
}

interface Pair {
  readonly legacy: Data
  readonly candidate: Data
}

/** Freshly parsed, several times: no two runs in a row see the same objects, and no text is shared between the sides. */
const parsed = ({ legacy, candidate }: Workload): readonly Pair[] =>
  Array.from({ length: copies }, () => ({ legacy: JSON.parse(legacy) as Data, candidate: JSON.parse(candidate) as Data }))

/** What is computed must be used, or it might not be computed. */
const sink = { last: null as unknown }

const rateFor = ({ compare }: Contestant, pairs: readonly Pair[], ms: number): number => {
  let runs = 0
  const began = performance.now()
  let spent = 0
  for (let batch = 1; spent < ms; batch = Math.min(batch * 2, 4_096)) {
    for (let at = 0; at < batch && (at % 64 !== 0 || performance.now() - began < ms); at++) {
      const pair = pairs[runs % pairs.length]
      if (pair !== undefined) sink.last = compare(pair.legacy, pair.candidate)
      runs += 1
    }
    spent = performance.now() - began
  }
  return runs / (spent / 1_000)
}

/** All contestants on one workload, in rounds that are interleaved; the median round counts. */
export const contest = (workload: Workload, contestants: readonly Contestant[]): readonly Result[] => {
  const pairs = parsed(workload)
  const rates = new Map<Contestant, number[]>(contestants.map((one) => [one, []]))
  for (const one of contestants) rateFor(one, pairs, warmMs)
  for (let round = 0; round < rounds; round++) {
    const turn = round % contestants.length
    for (const one of [...contestants.slice(turn), ...contestants.slice(0, turn)]) rates.get(one)?.push(rateFor(one, pairs, roundMs))
  }
  const first = pairs[0]
  return contestants.map((contestant) => ({
    contestant,
    perSecond: median(rates.get(contestant) ?? []),
    changes: first === undefined ? 0 : contestant.changes(contestant.compare(first.legacy, first.candidate)),
  }))
}
