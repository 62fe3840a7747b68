import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { MiningCase } from '../../../../src/mine/case.ts'
import { mine } from '../../../../src/mine/mine.ts'
import { contextName } from '../../../../src/model/ids.ts'
import { firstBy, shipments } from '../choices/shipments.ts'
import { manyKinds, market } from '../many-kinds.ts'

const root = resolve(import.meta.dirname, '../../../..')
const bin = (name: string): string => join(root, 'node_modules/.bin', name)
/** Kinds that between them have calendars, zones, texts, pairs, history, roundings and swaps in their patches. */
const names = [
  'most per order',
  'orders a day',
  'truncation',
  'swap of nodes',
  'leading zero',
  'cut-off hour',
  'exclusive or',
  'two fields',
  'small letters',
  'contract price',
  'expired reservation',
]

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'banyan-patch-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('writes patches that compile strictly, and whose own cases pass', { timeout: 180_000 }, () => {
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  let patches = 0
  const write = (name: string, cases: readonly MiningCase[]): void => {
    for (const [i, { detail }] of mine(cases, { context: contextName('quote') }).rules.entries()) {
      const place = join(folder, `${name}-${i}`)
      mkdirSync(place)
      writeFileSync(join(place, 'overlay.ts'), detail?.patch.overlay ?? 'no overlay')
      writeFileSync(join(place, 'overlay.test.ts'), detail?.patch.test ?? 'no test')
      patches++
    }
  }
  for (const [index, name] of names.entries()) {
    const rules = manyKinds.filter((kind) => kind.name === name)
    const { cases } = market({ seed: 11, deals: 6000, rules })
    write(String(index), cases)
  }
  write(
    'nearest',
    shipments(5, ({ nodes, qty }) =>
      firstBy(
        nodes.filter(({ stock }) => stock >= qty),
        ({ km }) => km,
      ),
    ),
  )
  write(
    'equal',
    shipments(6, ({ nodes }, { stock }) =>
      firstBy(
        nodes.filter((one) => one.stock === stock),
        ({ node }) => node,
      ),
    ),
  )
  expect(patches).toBeGreaterThanOrEqual(names.length + 2)
  const options = {
    strict: true,
    noEmit: true,
    module: 'nodenext',
    target: 'es2024',
    lib: ['es2024'],
    types: [],
    allowImportingTsExtensions: true,
    noUncheckedIndexedAccess: true,
    noUnusedLocals: true,
    noUnusedParameters: true,
    erasableSyntaxOnly: true,
    skipLibCheck: true,
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, include: ['*/*.ts'] }))
  const run = (command: string, args: readonly string[]): string => {
    try {
      return execFileSync(bin(command), args, { cwd: folder, encoding: 'utf8' })
    } catch (error) {
      return `failed: ${(error as { stdout: string }).stdout}`
    }
  }
  expect(run('tsc', ['-p', folder])).toBe('')
  writeFileSync(join(folder, 'vitest.config.ts'), 'export default {}\n')
  expect(run('vitest', ['run', '--root', folder])).not.toContain('failed')
})
