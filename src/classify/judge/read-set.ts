import type { Projection } from '../../model/context.ts'
import type { HiddenRule } from '../../model/hidden-rule.ts'
import type { Data, Row } from '../../model/value.ts'
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
  if (fact.startsWith('read.')) return isFieldRead(fact.slice('read.'.length), looked)
  for (const read of looked) {
    if (path !== null && (read === path || path.startsWith(`${read}/`) || read.startsWith(`${path}/`))) return true
  }
  return isProjected(fact, world)
}

/** `stock.free`, or of a group `stock.sum.free`: whether the candidate looked at that part of what a read showed it. */
const isFieldRead = (field: string, looked: ReadonlySet<string>): boolean => {
  const at = field.indexOf('.')
  const projection = at < 0 ? field : field.slice(0, at)
  if (!looked.has(`read.${projection}`)) return false
  const part = at < 0 ? '' : field.slice(at + 1).replace(/^(?:sum|max|min)\./, '')
  const parts = [...looked].filter((path) => path.startsWith(`read.${projection}/`)).map((path) => path.slice(projection.length + 6))
  // Where nobody noted which parts, it may have been any; how many there are it sees by reading.
  if (parts.length === 0 || part === '' || part === 'count') return true
  const path = part.replaceAll('.', '/')
  return parts.some((one) => one === path || one.startsWith(`${path}/`) || path.startsWith(`${one}/`))
}

/** A column that some projection shows, in a part that the candidate looks at. */
const isProjected = (fact: string, { context, looked }: World): boolean => {
  const at = fact.lastIndexOf('.')
  const [table, column] = [fact.slice(0, at), fact.slice(at + 1)]
  return Object.entries(context.reads).some(([name, projection]) => {
    if (projection.from !== table || !columnsOf(projection).has(column)) return false
    const parts = partsShowing(projection, column)
    return parts.length === 0 ? looked.has(`read.${name}`) : parts.some((part) => isFieldRead(`${name}.${part}`, looked))
  })
}

/** The parts of a projected value in which a column's text comes out again; none where it is made into something else. */
const partsShowing = (projection: Projection, column: string): readonly string[] => {
  const mark = `<${column}>`
  const row = new Proxy({} as Row, { get: (_, asked) => (asked === column ? mark : '0'), has: () => true })
  try {
    return partsHolding(projection.value(row), mark, '')
  } catch {
    return []
  }
}

const partsHolding = (data: Data, mark: string, path: string): readonly string[] => {
  if (typeof data === 'string') return data.includes(mark) ? [path] : []
  if (data === null || typeof data !== 'object' || data instanceof Uint8Array || Array.isArray(data)) return []
  return Object.entries(data).flatMap(([name, value]) => partsHolding(value, mark, path === '' ? name : `${path}.${name}`))
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
