import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import { checkConfig } from '../src/cli/check-config.ts'
import { tableName } from '../src/model/ids.ts'
import { judgeChanges } from '../src/schema/judge.ts'

const root = join(import.meta.dirname, '..')
const page = readFileSync(join(root, 'docs/schema-changes.md'), 'utf8')
const folder = mkdtempSync(join(tmpdir(), 'banyan-docs-'))
afterAll(() => rmSync(folder, { recursive: true }))

it('the config of docs/schema-changes.md loads, and does what the page says', async () => {
  const at = (path: string): string => `'${pathToFileURL(join(root, path)).href}'`
  const code = page.split('```ts config\n')[1]?.split('\n```')[0] ?? ''
  const file = join(folder, 'banyan.config.ts')
  writeFileSync(
    file,
    code.replace("'banyan'", at('src/index.ts')).replace("'banyan/adapters/postgres'", at('adapters/postgres/change-source.ts')),
  )
  process.env['OMS_URL'] = 'postgres://banyan@localhost:5432/oms'
  const loaded = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as { readonly default: object }
  const policy = checkConfig(loaded.default, file).pipeline.schemaChanges ?? {}
  const dropped = (table: string) =>
    judgeChanges(tableName(table), [{ kind: 'dropped', column: 'a', type: 'text' }], { policy, uses: () => [] }).decision
  expect([dropped('ord_hdr'), dropped('cust_mst')]).toEqual(['paused', 'told'])
  const mistyped = { ...loaded.default, schemaChanges: { droped: 'pause' } }
  expect(() => checkConfig(mistyped, file)).toThrow('there is no setting schemaChanges.droped')
  expect(() => checkConfig({ ...loaded.default, schemaChanges: { added: 'retype' } }, file)).toThrow('schemaChanges.added')
})
