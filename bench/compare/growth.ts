import { compileComparison } from '../../src/diff/compare.ts'
import { keyed, within } from '../../src/diff/tolerance.ts'
import type { Data } from '../../src/model/value.ts'
import type { Figure } from '../figure.ts'
import { median } from '../median.ts'
import { insertedInFront } from './workloads.ts'

const lengths = [1_000, 10_000, 100_000] as const

const microsPerElement = (length: number): number => {
  const { comparison, legacy, candidate } = insertedInFront(length)
  const [left, right] = [JSON.parse(legacy) as Data, JSON.parse(candidate) as Data]
  const compare = compileComparison(comparison)
  const times = Array.from({ length: 9 }, () => {
    const repeats = 200_000 / length
    const began = performance.now()
    for (let at = 0; at < repeats; at++) compare(left, right)
    return (performance.now() - began) / repeats
  })
  return (median(times) * 1_000) / length
}

/** Time per element as arrays get longer; a linear comparison keeps it. */
export const growthFigure = (): Figure => {
  const micros = lengths.map(microsPerElement)
  const [shortest = 0, longest = 0] = [micros[0], micros.at(-1)]
  return {
    name: 'compare.growth',
    value: Number((longest / shortest).toFixed(3)),
    unit: 'x per element, 1e3 to 1e5',
    peer: null,
    peerValue: null,
    ratio: null,
    context: `one object put in in front of a keyed array: ${lengths.map((length, at) => `${length}: ${micros[at]?.toFixed(3)} µs an element`).join(', ')}`,
  }
}

/** An answer of 10 MB of which everything differs, and the same of which one field does. */
export const largeFigures = (): readonly Figure[] => {
  const items = (shift: number): Data =>
    Array.from({ length: 80_000 }, (_, at) => ({
      id: `item-${at}`,
      sku: `SKU-${at * 7}`,
      note: 'x'.repeat(70),
      qty: at + shift,
      price: `${at + shift}.50`,
    }))
  const legacy = items(0)
  const megabytes = JSON.stringify(legacy).length / 1e6
  const compare = compileComparison({ '': keyed('id'), '/*/price': within('0.01') })
  const figure = (name: string, candidate: Data): Figure => {
    const times = Array.from({ length: 5 }, () => {
      const began = performance.now()
      compare(legacy, candidate)
      return performance.now() - began
    })
    const told = compare(legacy, candidate)
    const context = `answers of ${megabytes.toFixed(1)} MB; ${told.length} differences told, ${told.at(-1)?.truncated ?? 0} more counted`
    return { name, value: Number(median(times).toFixed(1)), unit: 'ms', peer: null, peerValue: null, ratio: null, context }
  }
  return [figure('compare.large.equal', JSON.parse(JSON.stringify(legacy)) as Data), figure('compare.large.different', items(1))]
}
