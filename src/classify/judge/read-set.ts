import type { Projection } from '../../model/context.ts'
import type { HiddenRule } from '../../model/hidden-rule.ts'
import type { Row } from '../../model/value.ts'
import type { Clue } from './clue.ts'
import type { World } from './world.ts'

/** Does the rule depend on something that the candidate never looks at? Then the candidate cannot know it. */
export const readSet = (rule: Pick<HiddenRule, 'predicate'>, world: World): Clue => {
  const facts = [...new Set(rule.predicate.flatMap((literal) => factsOf(literal.feature)))]
  const unread = facts.filter((fact) => ![fact, ...world.aliases(fact)].some((name) => isRead(name, world)))
  if (unread.length > 0) {
    return {
      side: 'hidden-rule',
      strength: 'strong',
      evidence: { test: 'read-set', words: `The candidate never looks at ${unread.join(', ')}: it cannot know this.`, data: unread },
    }
  }
  return {
    side: 'neither',
    strength: 'medium',
    evidence: { test: 'read-set', words: 'The candidate looks at everything that the rule depends on.', data: facts },
  }
}

/** The facts inside a feature's name: `days(row.cust.since - clock)` → `row.cust.since`, `clock`. */
export const factsOf = (feature: string): readonly string[] => {
  const inner = feature.replace(/\w+\(/g, ' ').replaceAll(')', ' ')
  return inner
    .split(/[\s,]+(?:[-*/%]\s+)?/)
    .filter((part) => /^[A-Za-z_$][\w$./-]*$/.test(part) && part !== 'UTC' && !/^[A-Z]\w+\/\w+$/.test(part))
}

const isRead = (fact: string, world: World): boolean => {
  if (fact.startsWith('candidate/') || fact.startsWith('candidate.')) return true
  const { looked } = world
  if (looked.has(fact)) return true
  const path = fact.startsWith('trigger.') ? `/${fact.slice('trigger.'.length).replaceAll('.', '/')}` : null
  for (const read of looked) {
    if (fact.startsWith(`${read}.`)) return true
    if (path !== null && (read === path || path.startsWith(`${read}/`) || read.startsWith(`${path}/`))) return true
  }
  return isProjected(fact, world)
}

/** A column that some projection shows, of those that the candidate reads. */
const isProjected = (fact: string, { context, looked }: World): boolean => {
  const at = fact.lastIndexOf('.')
  const [table, column] = [fact.slice(0, at), fact.slice(at + 1)]
  return Object.entries(context.reads).some(
    ([name, projection]) => looked.has(`read.${name}`) && projection.from === table && columnsOf(projection).has(column),
  )
}

/** The columns that a projection's functions take, found out by asking them about a row that notes what it is asked for. */
const columnsOf = (projection: Projection): ReadonlySet<string> => {
  const taken = new Set<string>()
  const row = new Proxy({} as Row, {
    get: (_, column) => {
      if (typeof column === 'string') taken.add(column)
      return '0'
    },
    has: () => true,
  })
  for (const part of [projection.key, projection.value, projection.group]) {
    try {
      part?.(row)
    } catch {
      // What it asked for before it failed is known.
    }
  }
  return taken
}
