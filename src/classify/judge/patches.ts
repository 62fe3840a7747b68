import type { HiddenRule } from '../../model/hidden-rule.ts'
import type { World } from './world.ts'
import { constantsOf } from './constants.ts'

/** One small change of the candidate, as its text or as its parameters. */
export type Patch =
  | { readonly kind: 'text'; readonly words: string; readonly text: string }
  | { readonly kind: 'parameter'; readonly words: string; readonly parameters: Readonly<Record<string, number>> }

const maxPatches = 120

const otherOperators: Readonly<Record<string, readonly string[]>> = {
  '<': ['<='],
  '<=': ['<'],
  '>': ['>='],
  '>=': ['>'],
  '===': ['!=='],
  '!==': ['==='],
}
const otherCalls: Readonly<Record<string, readonly string[]>> = {
  'Math.floor': ['Math.ceil', 'Math.round', 'Math.trunc'],
  'Math.ceil': ['Math.floor', 'Math.round'],
  'Math.round': ['Math.floor', 'Math.ceil', 'Math.trunc'],
  'Math.trunc': ['Math.round', 'Math.ceil'],
  'Math.min': ['Math.max'],
  'Math.max': ['Math.min'],
}

/** Every single change of a number, a comparison or a way of rounding in the candidate; numbers also to those of the rule. Bounded. */
export const patchesOf = (rule: Pick<HiddenRule, 'predicate' | 'effect'>, { context }: Pick<World, 'context'>): readonly Patch[] => {
  const constants = constantsOf(rule)
  const instead = (number: number): readonly number[] =>
    [...new Set([number - 1, number + 1, ...constants])].filter((other) => other !== number)
  const patches: Patch[] = []
  for (const [name, value] of Object.entries(context.parameters ?? {})) {
    for (const other of instead(value)) {
      const words = `parameter ${name} ${other} instead of ${value}`
      patches.push({ kind: 'parameter', words, parameters: { ...context.parameters, [name]: other } })
    }
  }
  const text = context.sourceText ?? ''
  for (const { 0: token, index } of text.matchAll(tokens)) {
    if (token.startsWith("'") || token.startsWith('"') || token.startsWith('`') || token.startsWith('/')) continue
    const others = otherOperators[token] ?? otherCalls[token] ?? (/^\d/.test(token) ? instead(Number(token.replaceAll('_', ''))) : [])
    for (const other of others) {
      const changed = `${text.slice(0, index)}${other}${text.slice(index + token.length)}`
      patches.push({ kind: 'text', words: `${other} instead of ${token} at '${around(text, index)}'`, text: changed })
    }
  }
  return patches.slice(0, maxPatches)
}

/** Strings and comments are passed over whole; an arrow is no comparison. */
const tokens =
  /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|\/\*[\s\S]*?\*\/|\/\/[^\n]*|Math\.(?:floor|ceil|round|trunc|min|max)|(?<![\w$.])\d[\d_]*(?:\.\d+)?(?![\w$])|===|!==|<=|>=|(?<!=)>(?![>=])|<(?![<=])/g

const around = (text: string, index: number): string =>
  text
    .slice(Math.max(0, index - 20), index + 20)
    .replaceAll(/\s+/g, ' ')
    .trim()
