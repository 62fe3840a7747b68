import { resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../../../..')

export interface FaultConfigOptions {
  readonly adapter: 'postgres' | 'mysql'
  readonly source: object
  readonly folder: string
}

/** One event for each transaction of the workload, by its mark, and a rule that looks at rows as they were. */
export const faultConfig = ({ adapter, source, folder }: FaultConfigOptions): string => `
import { defineConfig, legacySchema } from '${root}/src/index.ts'
import { ${adapter} } from '${root}/adapters/${adapter}/change-source.ts'

interface Legacy {
  mark: { id: string; worker: number; turn: number }
  item: { id: number; version: number; price: string; note: string | null }
}

const { rule } = legacySchema<Legacy>()
const marked = rule('transaction.marked', {
  version: 1, owner: 'tests', when: (tx) => tx.created('mark'),
  emit: (row) => ({ key: row.id, data: { worker: row.worker, turn: row.turn } }),
})

export default defineConfig({
  title: 'Faults',
  source: ${adapter}(${JSON.stringify({ name: 'legacy', tables: ['mark', 'item'], ...source })}),
  store: ${JSON.stringify({ folder, givesWay: false })},
  rules: [marked],
  journeys: [],
  contexts: [],
})
`
