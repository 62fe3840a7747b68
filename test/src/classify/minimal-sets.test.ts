import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { minimalSets } from '../../../src/classify/minimal-sets.ts'

/** A monotone condition: it holds when one of the `needed` sets is whole. */
const condition = (size: number) =>
  fc.array(fc.uniqueArray(fc.nat(size - 1), { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 4 })
const holds = (needed: readonly (readonly number[])[], set: readonly number[]) =>
  needed.some((need) => need.every((unit) => set.includes(unit)))
const minimalOf = (needed: readonly (readonly number[])[]) =>
  needed.filter((need) => !needed.some((other) => other.length < need.length && other.every((unit) => need.includes(unit))))
const text = (sets: readonly (readonly number[])[]) => [...new Set(sets.map((set) => [...set].sort((a, b) => a - b).join()))].sort()
const units = (size: number) => Array.from({ length: size }, (_, index) => index)

describe('minimal restoring sets', () => {
  it('are all found among few units, and none of their members can be left out', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 12 }).chain((size) => fc.tuple(fc.constant(size), condition(size))),
        async ([size, needed]) => {
          let trials = 0
          const found = await minimalSets(units(size), async (set) => {
            trials += 1
            return holds(needed, set)
          })
          const minimal = minimalOf(needed)
          for (const set of found.sets) {
            expect(holds(needed, set)).toBe(true)
            for (const unit of set)
              expect(
                holds(
                  needed,
                  set.filter((other) => other !== unit),
                ),
              ).toBe(false)
          }
          if (found.isExhaustive) {
            expect(text(found.sets)).toEqual(text(minimal.filter((set) => set.length <= 3)))
            expect(trials).toBeLessThanOrEqual(298)
          } else expect(minimal.every((set) => set.length > 3)).toBe(true)
        },
      ),
    )
  })

  it('are searched for one by one among many, in few trials', async () => {
    await fc.assert(
      fc.asyncProperty(condition(64), async (needed) => {
        let trials = 0
        const { sets, isExhaustive } = await minimalSets(units(64), async (set) => {
          trials += 1
          return holds(needed, set)
        })
        const [set = []] = sets
        expect([sets.length, isExhaustive, holds(needed, set)]).toEqual([1, false, true])
        for (const unit of set)
          expect(
            holds(
              needed,
              set.filter((other) => other !== unit),
            ),
          ).toBe(false)
        expect(trials).toBeLessThan(400)
      }),
    )
  })
})
