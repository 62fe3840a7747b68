import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { agreement } from '../../../src/classify/agreement.ts'
import { classify } from '../../../src/classify/classify.ts'
import type { DecisionId } from '../../../src/model/ids.ts'
import { decided, examined, failed } from './examined.ts'

const observations = [decided({ qty: 1 }), decided({ qty: 2 }), failed('threw'), failed('timed-out')]
const few = fc.constantFrom(...observations)
/** Three answers, equal in half of the draws: only equal ones can agree, and drawn apart they hardly ever are. */
const answers = fc.oneof(
  few.map((one) => [one, one, one] as const),
  fc.tuple(few, few, few),
)

describe('the short way to an agreement', () => {
  it('says what classification says, or nothing', async () => {
    let agreed = 0
    await fc.assert(
      fc.asyncProperty(answers, fc.integer({ min: 0, max: 255 }), async ([legacy, liveAnswer, asOf], number) => {
        const id = number.toString(16).padStart(8, '0') as DecisionId
        const input = examined({ candidate: () => asOf, live: {}, asOf: {}, legacy, liveAnswer })
        const one = { ...input, live: { ...input.live, id } }
        const short = agreement({ ...one, asOf: input.snapshot.asOf })
        if (short === null) return
        agreed += 1
        expect(short).toEqual(await classify(one))
      }),
      { numRuns: 300 },
    )
    expect(agreed).toBeGreaterThan(10)
  })

  it('leaves to classification what cannot be compared', () => {
    const input = examined({ candidate: () => decided({ qty: 1 }), live: {}, asOf: {}, legacy: decided({ qty: 1 }) })
    const compare = (): never => {
      throw new TypeError('no comparison')
    }
    expect(agreement({ ...input, asOf: input.snapshot.asOf, compare })).toBeNull()
  })
})
