import type { HiddenRule } from '../../model/hidden-rule.ts'
import type { World } from './world.ts'

/** The numbers in a rule: where it begins to hold, and what it sets. */
export const constantsOf = ({ predicate, effect }: Pick<HiddenRule, 'predicate' | 'effect'>): readonly number[] => {
  const found: number[] = []
  for (const literal of predicate) {
    if ('value' in literal) found.push(literal.value)
    if ('from' in literal) found.push(literal.from, literal.to)
  }
  for (const step of effect) {
    if ('value' in step && typeof step.value === 'number') found.push(step.value)
    if ('multiple' in step) found.push(step.multiple)
  }
  return [...new Set(found)].filter((value) => Number.isFinite(value))
}

/** The numbers in the candidate's own text and among its parameters; 0 and 1 are everywhere and say nothing. */
export const candidateNumbers = ({ context }: Pick<World, 'context'>): ReadonlySet<number> => {
  const text = withoutStrings(context.sourceText ?? '')
  const written = [...text.matchAll(/(?<![\w$.])\d[\d_]*(?:\.\d+)?(?![\w$])/g)].map(([digits]) => Number(digits.replaceAll('_', '')))
  return new Set([...written, ...Object.values(context.parameters ?? {})].filter((number) => number > 1))
}

const withoutStrings = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, ' ').replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, "''")
