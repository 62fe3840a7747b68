import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { causes, unresolvedReasons } from '../src/model/verdict.ts'

const page = readFileSync(resolve(import.meta.dirname, '../docs/causes.md'), 'utf8')

/** Each section's text by the word in its heading. */
const sections = new Map(
  page
    .split(/^#{1,3} /m)
    .map((text) => [/^`([a-z-]+)`\n/.exec(text)?.[1], text] as const)
    .filter((section): section is readonly [string, string] => section[0] !== undefined),
)

test('every cause and every reason has its section, and no other', () => {
  expect([...sections.keys()]).toEqual([...causes, ...unresolvedReasons])
})

test.each([...causes, ...unresolvedReasons])('%s: what shows it, what to do next, and an example or why there is none', (name) => {
  const text = sections.get(name) ?? ''
  expect(text).toMatch(/\*\*(Proved|Shown) by\*\*/)
  expect(text).toContain('**Next:**')
  expect(text).toMatch(/^```text\n[\s\S]+?```|The demo has none/m)
})
