import type { HiddenRule, Literal } from '../model/hidden-rule.ts'
import type { Evidence } from '../model/verdict.ts'

export interface WeighInput {
  readonly rule: Pick<HiddenRule, 'predicate' | 'effect' | 'status'>
  /** Everything that the candidate ever looked at: facts by name (`trigger.qty`, `read.stock`), or trigger paths (`/qty`), or `clock`. */
  readonly inputsRead: readonly string[]
}

export interface Weighed {
  readonly cause: 'hidden-rule' | 'defect' | 'owner-decides'
  /** Above 0 speaks for a hidden rule; strong evidence is 3, medium 1. */
  readonly score: number
  readonly evidence: readonly Evidence[]
}

/**
 * Hidden rule or defect? What a rule foretells is the same for both: only a wish separates them. Strongest evidence:
 * the candidate never looks at what the rule depends on, so it cannot know it. Else a business-like action under plain
 * conditions speaks for a rule, and a hair's breadth (±1) for a slip of the candidate. What stays balanced is the owner's to decide.
 */
export const weigh = ({ rule, inputsRead }: WeighInput): Weighed => {
  const facts = [...new Set(rule.predicate.flatMap((literal) => factsOf(literal.feature)))]
  const unread = facts.filter((fact) => !isRead(fact, inputsRead))
  const findings: (readonly [number, Evidence])[] = []
  if (unread.length > 0) findings.push([3, finding('read-set', `the candidate never looks at ${unread.join(', ')}`, unread)])
  else findings.push([0, finding('read-set', 'the candidate looks at everything that the rule depends on', facts)])
  const plain = rule.predicate.filter(isPlain)
  if (plain.length === rule.predicate.length)
    findings.push([1, finding('plain-conditions', 'all conditions are lists or round numbers', plain.length)])
  if (rule.effect.some(isSlip)) findings.push([-3, finding('off-by-one', 'the answers differ by one only, as after a slip', true)])
  else findings.push([1, finding('business-action', 'legacy takes another action, or keeps to a limit', rule.effect.length)])
  const score = findings.reduce((sum, [weight]) => sum + weight, 0)
  const cause = score >= 2 ? 'hidden-rule' : score <= -2 ? 'defect' : 'owner-decides'
  return { cause, score, evidence: findings.map(([, evidence]) => evidence) }
}

const finding = (test: string, words: string, data: Evidence['data']): Evidence => ({ test, words, data })

/** The facts inside a feature's name: `days(row.cust.since - clock)` → `row.cust.since`, `clock`. */
export const factsOf = (feature: string): readonly string[] => {
  const inner = feature.replace(/\w+\(/g, ' ').replaceAll(')', ' ')
  return inner.split(/\s+(?:[-*]\s+)?/).filter((part) => part.length > 0 && part !== '-' && part !== '*' && !/^[A-Z]\w+\/\w+$/.test(part))
}

const isRead = (fact: string, inputsRead: readonly string[]): boolean => {
  if (fact.startsWith('candidate/')) return true
  const name = fact.startsWith('trigger.') ? `/${fact.slice(8).replaceAll('.', '/')}` : null
  return inputsRead.some(
    (read) =>
      read === fact ||
      fact.startsWith(`${read}.`) ||
      (name !== null && (read === name || name.startsWith(`${read}/`) || read.startsWith(`${name}/`))),
  )
}

const isPlain = (literal: Literal): boolean => {
  if (literal.kind === 'in' || literal.kind === 'is-null' || literal.kind === 'around') return true
  const numbers = literal.kind === 'between' ? [literal.from, literal.to] : [literal.value]
  return literal.feature.includes('(') || numbers.every((value) => String(Math.abs(value)).replace(/0+$|\.|^0+/g, '').length <= 2)
}

const isSlip = (step: HiddenRule['effect'][number]): boolean => step.kind === 'add' && Math.abs(step.value) <= 1
