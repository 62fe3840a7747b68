import { visible } from '../wording/data-text.ts'

const markup: unique symbol = Symbol('markup')

/** Markup that is already safe. Only {@link html} makes it: no value that came from data can pass for it. */
export interface Html {
  readonly [markup]: string
}

/** What may stand in a `${…}`: text and numbers are escaped, markup is not, lists are joined, `null` is nothing. */
export type Content = Html | string | number | null | readonly Content[]

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

const escaped = (text: string): string => visible(text).replace(/[&<>"']/g, (character) => entities[character] ?? '')

const isMarkup = (content: object): content is Html => markup in content

const render = (content: Content): string => {
  if (content === null) return ''
  if (typeof content === 'string') return escaped(content)
  if (typeof content === 'number') return String(content)
  if (isMarkup(content)) return content[markup]
  let text = ''
  for (const part of content) text += render(part)
  return text
}

/** Every `${…}` is escaped, for element content and for quoted attributes alike; so a hole in an attribute must stand in quotes. */
export const html = (strings: TemplateStringsArray, ...contents: readonly Content[]): Html => {
  let text = strings[0] ?? ''
  for (const [at, content] of contents.entries()) text += render(content) + (strings[at + 1] ?? '')
  return { [markup]: text }
}

/** Markup of our own that the template must not escape, such as the style sheet. Never given data. */
export const trusted = (text: string): Html => ({ [markup]: text })

/** The text of finished markup. */
export const textOf = (content: Html): string => content[markup]
