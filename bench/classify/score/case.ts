import type { InputChange } from '../../../src/model/hidden-rule.ts'
import type { Scenario } from '../scenario.ts'
import { changedAsk } from './changed-ask.ts'
import type { Ask } from '../world/domain.ts'
import type { Answer } from '../world/cells.ts'
import { failedAnswer } from '../world/cells.ts'
import type { Decided } from '../world/simulate.ts'
import { legacyAnswer } from '../world/simulate.ts'
import { bugsOf } from '../world/truth.ts'

/** A decision as a miner should see it: the candidate's answer as of the commit. */
export interface Case {
  readonly decided: Decided
  readonly candidate: Answer
  /** Without noise. */
  readonly legacy: Answer
  /** What the candidate answers when inputs are changed. */
  readonly otherwise: (changes: readonly InputChange[]) => Answer
}

/** Every decision with the answers of the candidate's code of the time and of the legacy. */
export const casesOf = (scenario: Scenario, all: readonly Decided[]): readonly Case[] => {
  const { domain, rules } = scenario.options
  const answer = (decided: Decided, ask: Ask = decided.ask): Answer => {
    try {
      return domain.policy(ask, bugsOf(scenario.view, decided))
    } catch {
      return failedAnswer
    }
  }
  return all.map((decided) => ({
    decided,
    candidate: scenario.view.bugs.length === 0 ? decided.base : answer(decided),
    legacy: legacyAnswer(rules, decided),
    otherwise: (changes) => answer(decided, changedAsk(domain, decided.ask, changes)),
  }))
}
