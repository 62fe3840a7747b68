import type { HiddenRule } from '../../model/hidden-rule.ts'
import type { Clue } from './clue.ts'
import { candidateNumbers, constantsOf } from './constants.ts'
import type { World } from './world.ts'

/**
 * Do the rule's numbers stand in the candidate's own code, give or take one? Then it most likely mishandles its own border. Round
 * numbers that stand nowhere in it are more likely somebody's rule.
 */
export const boundary = (rule: Pick<HiddenRule, 'predicate' | 'effect'>, world: World): Clue | null => {
  const constants = constantsOf(rule).filter((value) => Math.abs(value) > 1)
  const numbers = candidateNumbers(world)
  // A text without a number tells nothing: its numbers stand elsewhere.
  if (constants.length === 0 || numbers.size === 0) return null
  const near = constants.flatMap((constant) => {
    const number = [...numbers].find((one) => Math.abs(one - Math.abs(constant)) <= 1)
    return number === undefined ? [] : [{ constant, number }]
  })
  if (near.length > 0) {
    const words = `The candidate's own code holds ${near.map(({ number }) => number).join(', ')}, where the rule has ${near.map(({ constant }) => constant).join(', ')}: it may mishandle its own border.`
    return {
      side: 'defect',
      strength: 'medium',
      evidence: { test: 'boundary', words, data: near.map(({ constant, number }) => ({ constant, number })) },
    }
  }
  const round = constants.filter(isRound)
  if (round.length < constants.length) return null
  const words = `${round.join(', ')} stands nowhere in the candidate's code, and is a number that people choose.`
  return { side: 'hidden-rule', strength: 'medium', evidence: { test: 'boundary', words, data: round } }
}

/** At most two digits that are not zeros at the end. */
const isRound = (value: number): boolean => String(Math.abs(value)).replace(/0+$|\.|^0+/g, '').length <= 2
