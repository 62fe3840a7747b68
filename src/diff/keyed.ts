import type { Data } from '../model/value.ts'
import { compareAbsent } from './absent.ts'
import { refuse } from './comparing.ts'
import type { ElementKey } from './element-key.ts'
import { bareName, elementKey, hasSameKey } from './element-key.ts'
import type { ArrayPair } from './ordered.ts'
import type { Skips } from './skips.ts'
import { skipsFrom } from './skips.ts'
import type { ToleranceNode } from './tolerance-tree.ts'

/**
 * By the named fields; order does not matter. An element that carries the same key as earlier ones is named `key#2`,
 * `key#3` …, so that a surplus copy is told. As long as both sides run in step nothing is looked up.
 */
export const compareKeyed = (pair: ArrayPair, by: readonly string[]): void => {
  const { run, depth, legacy, candidate } = pair
  run.keys[depth] = by
  run.arrays[depth] = legacy
  const shorter = Math.min(legacy.length, candidate.length)
  let place = 0
  for (; place < shorter; place++) {
    if (legacy[place] === candidate[place]) continue
    if (!hasSameKey(legacy[place], candidate[place], by)) break
    compareElements(pair, by, place, place)
    if (run.done) return
  }
  if (place === legacy.length && place === candidate.length) return
  const skips = skipsFrom(pair, by, place)
  if (skips === null) compareRest(pair, by, place)
  else compareSkipping(pair, by, place, skips)
}

const nodeOf = (node: ToleranceNode | null, items: readonly Data[], place: number, by: readonly string[]): ToleranceNode | null => {
  if (node === null) return null
  return node.children.size === 0 ? node.any : (node.children.get(bareName(items, place, by)) ?? node.any)
}

const compareElements = ({ run, node, depth, legacy, candidate }: ArrayPair, by: readonly string[], place: number, other: number): void => {
  const left = legacy[place]
  const right = candidate[other]
  run.path[depth] = place
  if (left === undefined || right === undefined) throw refuse(run, depth + 1, undefined)
  run.compareAt(run, nodeOf(node, legacy, place, by), depth + 1, left, right)
}

const noPlace = -1

/**
 * From the first place on where the sides are out of step, when a few elements more on either side are all that is
 * between them: no look-up is needed then.
 */
const compareSkipping = (pair: ArrayPair, by: readonly string[], from: number, { legacy: lacking, candidate: surplus }: Skips): void => {
  const { run, node, depth, legacy, candidate } = pair
  let other = from
  for (let place = from; place < legacy.length; place++) {
    if (lacking.includes(place)) {
      run.path[depth] = place
      compareAbsent(run, nodeOf(node, legacy, place, by), depth + 1, legacy[place], undefined)
    } else {
      while (surplus.includes(other)) other++
      if (legacy[place] !== candidate[other]) compareElements(pair, by, place, other)
      other++
    }
    if (run.done) return
  }
  for (const place of surplus) {
    run.arrays[depth] = candidate
    run.path[depth] = place
    compareAbsent(run, nodeOf(node, candidate, place, by), depth + 1, undefined, candidate[place])
    if (run.done) return
  }
}

/** From the first place on where the sides are out of step: the candidate's elements by key, each taken once. */
const compareRest = (pair: ArrayPair, by: readonly string[], from: number): void => {
  const { run, node, depth, legacy, candidate } = pair
  const rest = placesByKey(candidate, by, from)
  const taken = new Uint8Array(candidate.length - from)
  let left = taken.length
  for (let place = from; place < legacy.length; place++) {
    const other = rest.take(elementKey(legacy[place], by))
    run.path[depth] = place
    if (other === noPlace) {
      compareAbsent(run, nodeOf(node, legacy, place, by), depth + 1, legacy[place], undefined)
    } else {
      taken[other - from] = 1
      left -= 1
      if (legacy[place] !== candidate[other]) compareElements(pair, by, place, other)
    }
    if (run.done) return
  }
  if (left === 0) return
  run.arrays[depth] = candidate
  for (let place = from; place < candidate.length && !run.done; place++) {
    if (taken[place - from] === 1) continue
    run.path[depth] = place
    compareAbsent(run, nodeOf(node, candidate, place, by), depth + 1, undefined, candidate[place])
  }
}

/** The places of elements by key, handed out from the first copy to the last. */
const placesByKey = (items: readonly Data[], by: readonly string[], from: number): { readonly take: (key: ElementKey) => number } => {
  const places = new Map<ElementKey, number>()
  for (let place = items.length - 1; place >= from; place--) places.set(elementKey(items[place], by), place)
  if (places.size === items.length - from) {
    return {
      take: (key) => {
        const place = places.get(key) ?? noPlace
        if (place !== noPlace) places.set(key, noPlace)
        return place
      },
    }
  }
  return { take: copiesByKey(items, by, from) }
}

const copiesByKey = (items: readonly Data[], by: readonly string[], from: number): ((key: ElementKey) => number) => {
  const first = new Map<ElementKey, number>()
  const next = new Int32Array(items.length - from)
  for (let place = items.length - 1; place >= from; place--) {
    const key = elementKey(items[place], by)
    next[place - from] = first.get(key) ?? noPlace
    first.set(key, place)
  }
  return (key) => {
    const place = first.get(key) ?? noPlace
    if (place !== noPlace) first.set(key, next[place - from] ?? noPlace)
    return place
  }
}
