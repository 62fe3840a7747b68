import type { Ground } from './ground.ts'
import { someCategory } from './ground.ts'
import type { Draft, RuleKind } from './kinds.ts'
import type { OtherChoice } from './other-choice.ts'

/** Null where the domain has no group to choose from. */
const choiceOf = (ground: Ground, by: 'name' | 'room', first: OtherChoice['first']): Draft | null => {
  const { state, roles } = ground.domain
  const condition = state.group === null || state.choice === undefined ? null : someCategory(ground, 0.08, 0.35)
  if (condition === null || state.choice === undefined) return null
  const { field, room } = state.choice
  const effect: OtherChoice = { do: 'choose', field, room, need: roles.need, by: by === 'name' ? field : room, first }
  return { conditions: [condition], effect }
}

const kind = (number: string, words: string, draft: RuleKind['draft']): RuleKind => ({
  kind: number,
  words,
  heldOut: false,
  inLanguage: true,
  draft,
})

/** Kinds of their own draw: only some businesses have anything to choose from. */
export const choiceKinds: readonly RuleKind[] = [
  kind('36a', 'the lowest number with room', (g) => choiceOf(g, 'name', 'lowest')),
  kind('36b', 'the highest number with room', (g) => choiceOf(g, 'name', 'highest')),
  kind('36c', 'the fullest with room', (g) => choiceOf(g, 'room', 'lowest')),
]
