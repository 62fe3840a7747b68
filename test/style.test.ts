import { readdirSync, readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..')

const filesIn = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name))

const product = ['src', 'adapters', 'rules', 'reports'].flatMap(filesIn)
const everything = [...product, ...['fixtures', 'test', 'bench'].flatMap(filesIn)]

/** Line comments are left out, strings are not: a banned word in a string of a test would be found, so the tests here build theirs. */
const code = (path: string): string => readFileSync(join(root, path), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
const lineCount = (path: string): number => readFileSync(join(root, path), 'utf8').trimEnd().split('\n').length
const holding = (paths: readonly string[], pattern: RegExp): readonly string[] => paths.filter((path) => pattern.test(code(path)))
const source = (...parts: readonly string[]): RegExp => new RegExp(parts.join(''))

test('no file has a name that says nothing', () => {
  const empty = /^(utils?|helpers?|common|misc|shared|manager|service)\.ts$/
  expect(everything.filter((path) => empty.test(basename(path)))).toEqual([])
})

test('failures are BanyanErrors', () => {
  expect(holding(product, source('throw', ' new ', 'Error\\b'))).toEqual([])
})

test('the only class is the error', () => {
  expect(holding(product, source('(^|\\n)(export )?(abstract )?', 'class \\w')).filter((path) => path !== 'src/model/errors.ts')).toEqual(
    [],
  )
})

test('nothing is any', () => {
  expect(holding(everything, source('(: | as |<)', 'any\\b(?! of|\\()'))).toEqual([])
})

test('what a file exports is written out: no star exports', () => {
  expect(holding(product, source('export ', '\\*'))).toEqual([])
})

test('a file has at most 300 lines, and half of them at most 80', () => {
  expect(everything.filter((path) => lineCount(path) > 300)).toEqual([])
  const lengths = product.map(lineCount).sort((a, b) => a - b)
  expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(80)
})

test('glossary: nothing is called new or target where candidate is meant, or old where legacy is meant', () => {
  const nickname = source('\\b(new|old|target)', '(Answer|Decision|System|Observation|Side)\\b')
  expect(holding(everything, nickname)).toEqual([])
})
