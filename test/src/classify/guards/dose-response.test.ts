import { describe, expect, it } from 'vitest'
import { createDoseResponse } from '../../../../src/classify/guards/dose-response.ts'
import { seededRandom } from '../../../../src/shadow/random.ts'

const rising = () => createDoseResponse({ cause: 'timing', dose: 'lag', response: 'rises' })
const falling = () => createDoseResponse({ cause: 'stale-data', dose: 'age', response: 'falls' })
/** Decisions with lags between 1 ms and 100 s, of which a share that depends on the lag is a hit. */
const played = (into: ReturnType<typeof rising>, share: (doseMs: number) => number) => {
  const random = seededRandom('doses')
  for (let index = 0; index < 5_000; index++) {
    const doseMs = 10 ** (random() * 5)
    into.add(doseMs, random() < share(doseMs))
  }
  return into.result()
}

describe('timing', () => {
  it('responds where it rises with lag', () => {
    expect(played(rising(), (ms) => Math.min(0.3, ms / 100_000)).verdict).toBe('responds')
  })

  it('on a plateau is an alarm', () => {
    const told = played(rising(), () => 0.1)
    expect(told.verdict).toBe('plateau')
    expect(told.words).toContain('may be something else')
  })

  it('of which there is little says nothing', () => {
    expect(played(rising(), (ms) => (ms > 99_000 ? 0.1 : 0)).verdict).toBe('too-few')
  })
})

describe('stale data', () => {
  it('falls with the age of what was read, or is an alarm', () => {
    expect(played(falling(), (ms) => (ms < 1_000 ? 0.4 : 0)).verdict).toBe('responds')
    expect(played(falling(), () => 0.2).verdict).toBe('plateau')
  })

  it('cannot be seen where everything has one age', () => {
    const one = falling()
    for (let index = 0; index < 1_000; index++) one.add(50, index % 10 === 0)
    expect(one.result().verdict).toBe('too-few')
  })
})

it('does not depend on the order', () => {
  const doses = Array.from({ length: 900 }, (_, index) => ({ ms: (index * 7919) % 90_000, hit: index % 11 === 0 }))
  const told = (list: typeof doses) => {
    const into = rising()
    for (const { ms, hit } of list) into.add(ms, hit)
    return into.result()
  }
  expect(told(doses.toReversed())).toEqual(told(doses))
})
