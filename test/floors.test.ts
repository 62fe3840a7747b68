import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import type { IConfiguration } from 'dependency-cruiser'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const configFile = join(root, '.dependency-cruiser.mjs')
const folders = ['src', 'adapters', 'rules', 'reports', 'fixtures', 'test', 'bench']

interface Breach {
  readonly rule: string
  readonly from: string
  /** The whole file: one forbidden import. */
  readonly code: string
}

const importing = (target: string): string => `import { it } from '${target}'\nexport const here = it\n`
const importingType = (target: string): string => `import type { It } from '${target}'\nexport type Here = It\n`

/** Each rule at least once, and each kind of import: value, type-only, re-export, dynamic, node builtin with and without prefix. */
const breaches: readonly Breach[] = [
  { rule: 'no-cycles', from: 'src/diff/left.ts', code: "import { it } from './right.ts'\nexport const left = it\n" },
  { rule: 'no-cycles', from: 'src/model/type-left.ts', code: "import type { Right } from './type-right.ts'\nexport type Left = Right\n" },
  { rule: 'nothing-unresolved', from: 'src/diff/lost.ts', code: importing('./nowhere.ts') },
  { rule: 'model-sees-only-itself', from: 'src/model/breach.ts', code: importing('../ports/it.ts') },
  { rule: 'model-sees-only-itself', from: 'src/model/breach-type.ts', code: importingType('../diff/it.ts') },
  { rule: 'ports-see-only-model', from: 'src/ports/breach.ts', code: importing('../diff/it.ts') },
  { rule: 'core-sees-only-model-and-ports', from: 'src/classify/breach.ts', code: importing('../store/it.ts') },
  { rule: 'core-sees-only-model-and-ports', from: 'rules/breach-pipeline.ts', code: importingType('../src/pipeline/it.ts') },
  { rule: 'core-sees-only-model-and-ports', from: 'src/mine/breach.ts', code: importing('../../adapters/postgres/it.ts') },
  { rule: 'core-siblings-never-meet', from: 'src/classify/sibling.ts', code: importing('../diff/it.ts') },
  { rule: 'core-siblings-never-meet', from: 'rules/sibling-type.ts', code: importingType('../src/shadow/it.ts') },
  { rule: 'core-siblings-never-meet', from: 'src/gate/sibling.ts', code: "export { it } from '../mine/it.ts'\n" },
  { rule: 'core-siblings-never-meet', from: 'src/masking/sibling.ts', code: importing('../diff/it.ts') },
  { rule: 'pure-floors-do-no-io', from: 'src/masking/reads-keys.ts', code: "export { createHmac } from 'node:crypto'\n" },
  { rule: 'reports-see-only-model', from: 'reports/breach.ts', code: importingType('../src/ports/it.ts') },
  { rule: 'pure-floors-do-no-io', from: 'src/shadow/reads-disk.ts', code: "export { readFileSync } from 'node:fs'\n" },
  { rule: 'pure-floors-do-no-io', from: 'src/model/bare-builtin.ts', code: "export { randomUUID } from 'crypto'\n" },
  { rule: 'pure-floors-do-no-io', from: 'reports/later.ts', code: "export const later = () => import('node:os')\n" },
  { rule: 'pure-floors-use-no-package', from: 'src/diff/package.ts', code: "export { z } from 'zod'\n" },
  { rule: 'json-diff-only-for-people', from: 'src/diff/shown.ts', code: "export { diff } from 'json-diff'\n" },
  { rule: 'adapters-see-only-ports', from: 'adapters/postgres/breach.ts', code: importing('../../rules/it.ts') },
  { rule: 'adapters-see-only-ports', from: 'adapters/fixture/breach.ts', code: importing('../../src/store/it.ts') },
  { rule: 'adapters-never-meet', from: 'adapters/postgres/other.ts', code: importing('../fixture/it.ts') },
  { rule: 'log-knows-no-technology', from: 'adapters/log/adapter.ts', code: importing('../postgres/it.ts') },
  { rule: 'log-knows-no-technology', from: 'adapters/log/driver.ts', code: "export { Client } from 'pg'\n" },
  { rule: 'store-sees-only-ports', from: 'src/store/breach.ts', code: importing('../diff/it.ts') },
  { rule: 'pipeline-never-sees-the-outside', from: 'src/pipeline/breach.ts', code: importing('../../adapters/postgres/it.ts') },
  { rule: 'pipeline-never-sees-the-outside', from: 'src/pipeline/breach-store.ts', code: importingType('../store/it.ts') },
  { rule: 'nothing-sees-the-edges', from: 'src/pipeline/edge.ts', code: importing('../cli/it.ts') },
  { rule: 'nothing-sees-the-edges', from: 'src/store/edge.ts', code: importing('../index.ts') },
  { rule: 'product-never-sees-tests-or-fixtures', from: 'src/cli/fixture.ts', code: importing('../../fixtures/it.ts') },
  { rule: 'only-the-outside-knows-drivers', from: 'src/cli/driver.ts', code: "export { Client } from 'pg'\n" },
  { rule: 'product-uses-no-dev-dependency', from: 'src/cli/dev.ts', code: "export { assert } from 'fast-check'\n" },
  { rule: 'legacy-and-score-never-see-banyan', from: 'fixtures/oms/score/breach.ts', code: importing('../../../src/model/it.ts') },
  { rule: 'legacy-and-score-never-see-banyan', from: 'fixtures/story/score/breach.ts', code: importing('../../../reports/it.ts') },
]

/** What is allowed, and must stay silent. */
const allowed: readonly { readonly from: string; readonly code: string }[] = [
  { from: 'src/diff/right.ts', code: "import type {} from './left.ts'\nexport const it = 1\n" },
  { from: 'src/model/type-right.ts', code: "import type { Left } from './type-left.ts'\nexport type Right = Left | 1\n" },
  { from: 'reports/wording/difference-lines.ts', code: "export { diff } from 'json-diff'\n" },
  { from: 'src/model/hashing.ts', code: "export { blake3 } from '@noble/hashes/blake3.js'\n" },
  { from: 'src/pipeline/allowed.ts', code: `${importing('../diff/it.ts')}export { it as that } from '../shadow/it.ts'\n` },
  { from: 'adapters/postgres/allowed.ts', code: `${importing('../../src/model/it.ts')}export { Client } from 'pg'\n` },
  { from: 'adapters/postgres/shared.ts', code: importing('../log/it.ts') },
  { from: 'src/cli/allowed.ts', code: `${importing('../store/it.ts')}export { it as that } from '../../adapters/fixture/it.ts'\n` },
  { from: 'src/testing/allowed.ts', code: "export { expect } from 'vitest'\n" },
]

const targets = [
  ...['model', 'ports', 'diff', 'shadow', 'mine', 'store', 'pipeline', 'cli'].map((name) => `src/${name}/it.ts`),
  ...[
    'adapters/postgres/it.ts',
    'adapters/fixture/it.ts',
    'adapters/log/it.ts',
    'rules/it.ts',
    'reports/it.ts',
    'fixtures/it.ts',
    'src/index.ts',
  ],
  ...['test/it.ts', 'bench/it.ts'],
]

interface Violation {
  readonly from: string
  readonly rule: { readonly name: string }
}

let tree = ''
let violations: readonly Violation[] = []

const write = async (path: string, code: string): Promise<void> => {
  await mkdir(dirname(join(tree, path)), { recursive: true })
  await writeFile(join(tree, path), code)
}

beforeAll(async () => {
  tree = await mkdtemp(join(tmpdir(), 'banyan-floors-'))
  for (const name of ['package.json', 'tsconfig.json', 'node_modules']) await symlink(join(root, name), join(tree, name))
  for (const path of targets) await write(path, 'export const it = 1\nexport type It = 1\n')
  for (const { from, code } of [...breaches, ...allowed]) await write(from, code)
  const cruise = join(root, 'node_modules/.bin/depcruise')
  const args = ['--config', configFile, '--output-type', 'json', ...folders]
  // depcruise ends with the number of errors, so its failing is the expected outcome here.
  const { stdout } = await promisify(execFile)(process.execPath, [cruise, ...args], { cwd: tree, maxBuffer: 1 << 26 }).catch(
    (failure: { stdout: string }) => failure,
  )
  violations = (JSON.parse(stdout) as { summary: { violations: readonly Violation[] } }).summary.violations
})

afterAll(() => rm(tree, { recursive: true, force: true }))

const rulesBrokenBy = (from: string): readonly string[] => [
  ...new Set(violations.filter((violation) => violation.from === from).map((violation) => violation.rule.name)),
]

test.each(breaches)('$rule catches $from', ({ rule, from }) => {
  expect(rulesBrokenBy(from)).toContain(rule)
})

test('what is allowed breaks no rule', () => {
  expect(allowed.slice(2).map(({ from }) => [from, rulesBrokenBy(from)])).toEqual(allowed.slice(2).map(({ from }) => [from, []]))
})

test('every rule has a breach that shows it, and says why it is there', async () => {
  const { default: config } = (await import(configFile)) as { readonly default: IConfiguration }
  const shown = new Set(breaches.map(({ rule }) => rule))
  const rules = config.forbidden ?? []
  expect(rules.filter((rule) => !shown.has(rule.name ?? '')).map((rule) => rule.name)).toEqual([])
  expect(rules.filter((rule) => (rule.comment ?? '').length < 20).map((rule) => rule.name)).toEqual([])
})
