import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { errorCodes } from '../src/model/errors.ts'

const root = resolve(import.meta.dirname, '..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const scripts = Object.keys((JSON.parse(read('package.json')) as { readonly scripts: object }).scripts)
const pages = ['README.md', 'ARCHITECTURE.md', 'CHANGELOG.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)].filter(
  (path) => path.endsWith('.md'),
)

test('docs/errors.md explains every code, in order, and no other', () => {
  const explained = [...read('docs/errors.md').matchAll(/^\| `([a-z-]+)` \| (.+?) \| (.+?) \|$/gm)]
  expect(explained.map(([, code]) => code)).toEqual([...errorCodes])
})

test.each(pages)('%s names only npm scripts that exist', (page) => {
  const named = [...read(page).matchAll(/npm run (?:-s )?([a-z]+)/g)].map(([, script]) => script)
  expect(named.filter((script) => script === undefined || !scripts.includes(script))).toEqual([])
})

test.each(pages)('%s links only to files that exist', (page) => {
  const links = [...read(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link]) => link ?? '')
  expect(links.filter((link) => !existsSync(join(root, dirname(page), link)))).toEqual([])
})

test.each(pages)('%s names only files that exist', (page) => {
  const named = [...read(page).matchAll(/`((?:src|adapters|rules|reports|fixtures|test|bench|docs)\/[\w./-]+\.\w+)`/g)].map(
    ([, path]) => path ?? '',
  )
  expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([])
})

test('README installs and tests the way .ci/run does', () => {
  expect(read('README.md')).toContain('npm ci && npm test')
  expect(read('.ci/run')).toContain('npm ci && npm test')
})
