import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import type { Filters, Masking } from '../src/capture.ts'
import type { Row } from '../src/model/value.ts'
import { createGate } from '../src/pipeline/guard/gate.ts'
import { table, transaction } from './rules/legacy-transaction.ts'

const root = join(import.meta.dirname, '..')
const page = readFileSync(join(root, 'docs/masking.md'), 'utf8')
const block = (kind: string): string => page.split(`\`\`\`${kind}\n`)[1]?.split('\n```')[0] ?? ''
const folder = mkdtempSync(join(tmpdir(), 'banyan-docs-'))
afterAll(() => rmSync(folder, { recursive: true }))

it('the example of docs/masking.md runs, and leaves what the page says', async () => {
  const at = (path: string): string => `'${pathToFileURL(join(root, path)).href}'`
  const file = join(folder, 'masking.ts')
  writeFileSync(file, block('ts').replace("'banyan'", at('src/index.ts')).replace("'banyan/capture'", at('src/capture.ts')))
  process.env['BANYAN_MASKING_KEY'] = 'the key of the example in docs/masking.md'
  const { personalData, european } = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as {
    readonly personalData: Masking
    readonly european: Filters
  }
  const others = [
    'nm varchar(60)',
    'email varchar(60)',
    'tel varchar(20)',
    'zip_cd varchar(10)',
    'birth_dt date',
    'cntry_cd character(2)',
    'notes text',
  ]
  const tables = [
    table('cust_mst', ['cust_no character(8)'], others),
    table('ord_hdr', ['ord_no character(10)'], ['cust_no character(8)', 'sts_cd character(1)']),
  ]
  const gate = createGate({ masking: personalData, filters: european }, tables)
  const row = JSON.parse(block('json row')) as Row
  const admitted = (after: Row): Row | null => {
    const [change] = transaction([{ op: 'create', table: 'cust_mst', key: ['C1      '], after }]).changes()
    return change === undefined ? null : (gate.admit(change)?.after ?? null)
  }
  expect(admitted(row)).toEqual(JSON.parse(block('json masked')))
  expect(admitted({ ...row, cntry_cd: 'US' })).toBeNull()
  expect([...(gate.columns('cust_mst' as never) ?? [])]).not.toContain('notes')
})
