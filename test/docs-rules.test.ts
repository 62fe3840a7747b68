import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import { foldJourney } from '../rules/fold-journey.ts'
import { createTranslator } from '../rules/translate.ts'
import type { BusinessEvent } from '../src/model/business-event.ts'
import type { Journey, JourneyState } from '../src/model/journey.ts'
import type { Rule } from '../src/model/rule.ts'
import type { MadeChange } from './rules/legacy-transaction.ts'
import { remembered, table, transaction } from './rules/legacy-transaction.ts'

const root = join(import.meta.dirname, '..')
const page = readFileSync(join(root, 'docs/rules.md'), 'utf8')
const block = (kind: string): string => page.split(`\`\`\`${kind}\n`)[1]?.split('\n```')[0] ?? ''
const folder = mkdtempSync(join(tmpdir(), 'banyan-docs-'))
afterAll(() => rmSync(folder, { recursive: true }))

it('the example of docs/rules.md runs, and says what the page says', async () => {
  const file = join(folder, 'rules.ts')
  writeFileSync(file, block('ts').replace("'banyan'", `'${pathToFileURL(join(root, 'src/index.ts')).href}'`))
  const { order, ...rules } = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as { readonly order: Journey } & Readonly<
    Record<string, Rule>
  >
  const translate = createTranslator({
    rules: Object.values(rules),
    journeys: [order],
    tables: [
      table('ord_hdr', ['ord_no character(10)']),
      table('ord_ln', ['ord_no character(10)', 'ln_no int4']),
      table('cust_mst', ['cust_no character(8)']),
      table('pmt_auth', ['ord_no character(10)']),
    ],
  })
  const customers = remembered([{ table: 'cust_mst', key: ['C1      '], row: { cust_no: 'C1      ', tier_cd: 'G' } }])
  const translation = translate(transaction(JSON.parse(block('json changes')) as readonly MadeChange[]), customers)
  if (translation.kind !== 'done') expect.fail('needs rows')
  expect(translation.deadLetters).toEqual([])

  let state: JourneyState | null = null
  const derived: BusinessEvent[] = []
  for (const event of translation.events) {
    const folded = foldJourney({ journey: order, state, event })
    state = folded.state
    derived.push(...folded.derived)
  }
  const said = [...translation.events, ...derived].map(({ type, key, milestone, data }) => ({ type, key, milestone, data }))
  expect(said).toEqual(JSON.parse(block('json events')))
})
