import { compareAbsent } from './absent.ts'
import { isSame } from './comparing.ts'
import type { ArrayPair } from './ordered.ts'
import { signature } from './scalar.ts'

/** Left-overs are matched with each other under tolerances only when they are so few: that part is quadratic, and more where lists lie in lists. */
const maxTolerantLeftovers = 64

/** In any order. What is left on both sides is told as missing and extra, at its own side's place. */
export const compareUnordered = (pair: ArrayPair): void => {
  const { run, node, depth, legacy, candidate } = pair
  run.keys[depth] = null
  const start = inStep(pair)
  if (start === legacy.length && start === candidate.length) return
  const places = new Map<string, number[]>()
  // from the end, so that pop() takes the first place: of equal elements the first ones are a pair, whichever side is the longer
  for (let place = candidate.length - 1; place >= start; place--) {
    const text = signature(candidate[place] ?? null)
    const known = places.get(text)
    if (known === undefined) places.set(text, [place])
    else known.push(place)
  }
  const missing: number[] = []
  for (let place = start; place < legacy.length; place++) {
    if (places.get(signature(legacy[place] ?? null))?.pop() === undefined) missing.push(place)
  }
  const extra = new Set([...places.values()].flat().sort((a, b) => a - b))
  for (const place of missing) {
    const tolerated = tolerantMatch(pair, place, extra)
    run.path[depth] = place
    if (tolerated !== null) extra.delete(tolerated)
    else compareAbsent(run, node?.any ?? null, depth + 1, legacy[place], undefined)
    if (run.done) return
  }
  for (const place of extra) {
    run.path[depth] = place
    compareAbsent(run, node?.any ?? null, depth + 1, undefined, candidate[place])
    if (run.done) return
  }
}

/** How many elements from the front are equal pair by pair: no need to match these. */
const inStep = ({ run, depth, legacy, candidate }: ArrayPair): number => {
  const shorter = Math.min(legacy.length, candidate.length)
  let place = 0
  for (; place < shorter; place++) {
    run.path[depth] = place
    if (!isSame(run, null, depth + 1, legacy[place] ?? null, candidate[place] ?? null)) break
  }
  return place
}

const tolerantMatch = ({ run, node, depth, legacy, candidate }: ArrayPair, place: number, extra: ReadonlySet<number>): number | null => {
  const any = node?.any ?? null
  if (any === null || extra.size > maxTolerantLeftovers) return null
  run.path[depth] = place
  const item = legacy[place] ?? null
  for (const other of extra) {
    if (--run.trials < 0) return null
    if (!isSame(run, any, depth + 1, item, candidate[other] ?? null)) continue
    run.compareAt(run, any, depth + 1, item, candidate[other] ?? null)
    return other
  }
  return null
}
