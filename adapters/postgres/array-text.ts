import type { BanyanError } from '../../src/model/errors.ts'
import type { Value } from '../../src/model/value.ts'
import { undecodable } from './pgoutput.ts'

/**
 * Reads PostgreSQL's text form of an array, nested to any depth: `{1,NULL,"a \"b\""}`. Bounds other than 1
 * (`[0:1]={…}`) are dropped: a value has no place for them.
 */
export const parseArray = (text: string, delimiter: string, element: (text: string) => Value): readonly Value[] => {
  const start = text.indexOf('{')
  const state = { at: start + 1 }
  if (start < 0) throw broken()
  const items = parseItems(text, delimiter, element, state)
  if (state.at !== text.length) throw broken()
  return items
}

/** Without the text, which may be personal data. */
const broken = (): BanyanError => undecodable('a text that is no array')

const parseItems = (text: string, delimiter: string, element: (text: string) => Value, state: { at: number }): readonly Value[] => {
  const items: Value[] = []
  if (text[state.at] === '}') {
    state.at += 1
    return items
  }
  while (state.at < text.length) {
    const char = text[state.at]
    if (char === '{') {
      state.at += 1
      items.push(parseItems(text, delimiter, element, state))
    } else if (char === '"') {
      items.push(element(quoted(text, state)))
    } else {
      const bare = unquoted(text, delimiter, state)
      if (bare === '') throw broken()
      items.push(bare === 'NULL' ? null : element(bare))
    }
    const after = text[state.at]
    state.at += 1
    if (after === '}') return items
    if (after !== delimiter) throw broken()
  }
  throw broken()
}

const quoted = (text: string, state: { at: number }): string => {
  let value = ''
  let from = state.at + 1
  for (let at = from; at < text.length; at += 1) {
    const char = text[at]
    if (char === '"') {
      state.at = at + 1
      return value + text.slice(from, at)
    }
    if (char === '\\') {
      value += text.slice(from, at)
      from = at + 1
      at += 1
    }
  }
  throw broken()
}

const unquoted = (text: string, delimiter: string, state: { at: number }): string => {
  const from = state.at
  while (state.at < text.length && text[state.at] !== delimiter && text[state.at] !== '}') state.at += 1
  return text.slice(from, state.at)
}
