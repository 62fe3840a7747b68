import { describe, expect, it } from 'vitest'
import type { Clue } from '../../../../src/classify/judge/clue.ts'
import { weigh } from '../../../../src/classify/judge/clue.ts'

const clue = (side: Clue['side'], strength: Clue['strength']): Clue => ({
  side,
  strength,
  evidence: { test: `${side} ${strength}`, words: '', data: null },
})

describe('weigh', () => {
  it('decides on one strong clue, and says how sure it is', () => {
    expect(weigh([clue('hidden-rule', 'strong')])).toMatchObject({ cause: 'hidden-rule', score: 3 })
    expect(weigh([clue('defect', 'strong'), clue('hidden-rule', 'medium')])).toMatchObject({ cause: 'defect', score: -2 })
    expect(weigh([clue('hidden-rule', 'strong')]).probability).toBeCloseTo(0.953, 3)
  })

  it('takes a proof over everything else', () => {
    const clues = [clue('defect', 'proof'), clue('hidden-rule', 'strong'), clue('hidden-rule', 'strong'), clue('hidden-rule', 'medium')]
    expect(weigh(clues).cause).toBe('defect')
    expect(weigh(clues.slice(1)).cause).toBe('hidden-rule')
  })

  it('leaves it to the owner where all only leans, however much of it there is', () => {
    expect(weigh([]).cause).toBe('owner-decides')
    expect(weigh(Array.from({ length: 9 }, () => clue('hidden-rule', 'medium'))).cause).toBe('owner-decides')
    expect(weigh([clue('hidden-rule', 'strong'), clue('defect', 'strong')]).cause).toBe('owner-decides')
  })

  it('lists what it rests on, the weightiest first', () => {
    const { evidence } = weigh([clue('neither', 'medium'), clue('defect', 'medium'), clue('hidden-rule', 'strong')])
    expect(evidence.map(({ test }) => test)).toEqual(['balance', 'hidden-rule strong', 'defect medium', 'neither medium'])
  })
})
