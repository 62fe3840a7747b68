import type { Value } from '../../src/model/value.ts'

/**
 * Reads PostgreSQL's text form of an array, nested to any depth: `{1,NULL,"a \"b\""}`. Bounds other than 1
 * (`[0:1]={…}`) are dropped: a value has no place for them.
 */
export const parseArray = (text: string, delimiter: string, element: (text: string) => Value): readonly Value[] => {
  const start = text.indexOf('{')
  const state = { at: start + 1 }
  return start < 0 ? [] : parseItems(text, delimiter, element, state)
}

const parseItems = (text: string, delimiter: string, element: (text: string) => Value, state: { at: number }): readonly Value[] => {
  const items: Value[] = []
  while (state.at < text.length) {
    const char = text[state.at]
    if (char === '}') {
      state.at += 1
      return items
    }
    if (char === delimiter) {
      state.at += 1
    } else if (char === '{') {
      state.at += 1
      items.push(parseItems(text, delimiter, element, state))
    } else if (char === '"') {
      items.push(element(quoted(text, state)))
    } else {
      const bare = unquoted(text, delimiter, state)
      items.push(bare === 'NULL' ? null : element(bare))
    }
  }
  return items
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
  state.at = text.length
  return value + text.slice(from)
}

const unquoted = (text: string, delimiter: string, state: { at: number }): string => {
  const from = state.at
  while (state.at < text.length && text[state.at] !== delimiter && text[state.at] !== '}') state.at += 1
  return text.slice(from, state.at)
}
