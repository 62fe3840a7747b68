import { resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../../../..')

export interface FaultConfigOptions {
  readonly adapter: 'postgres' | 'mysql' | 'kafka'
  readonly source: object
  readonly folder: string
  /** Options of `kafkaTopics`, with a topic for `turn.taken`; left out: nothing is published. */
  readonly publish?: object
}

/** One event for each transaction of the workload, by its mark, and a rule that looks at rows as they were. */
export const faultConfig = ({ adapter, source, folder, publish }: FaultConfigOptions): string => `
import { defineConfig, legacySchema } from '${root}/src/index.ts'
import { ${adapter} } from '${root}/adapters/${adapter}/change-source.ts'
${publish === undefined ? '' : `import { kafkaTopics } from '${root}/adapters/kafka/change-source.ts'`}

interface Legacy {
  mark: { id: string; worker: number; turn: number }
  item: { id: number; version: number; price: string; note: string | null }
}

const { rule } = legacySchema<Legacy>()
const marked = rule('transaction.marked', {
  version: 1, owner: 'tests', when: (tx) => tx.created('mark'),
  emit: (row) => ({ key: row.id, data: { worker: row.worker, turn: row.turn } }),
})
const taken = rule('turn.taken', {
  version: 1, owner: 'tests', schema: { type: 'object', required: ['id', 'turn'] }, when: (tx) => tx.created('mark'),
  emit: (row) => ({ key: String(row.worker), data: { id: row.id, turn: row.turn } }),
})

export default defineConfig({
  title: 'Faults',
  source: ${adapter}(${JSON.stringify({ name: 'legacy', tables: ['mark', 'item'], ...source })}),
  store: ${JSON.stringify({ folder, givesWay: false })},
  rules: [${publish === undefined ? 'marked' : 'marked, taken'}],
  ${publish === undefined ? '' : `publish: kafkaTopics(${JSON.stringify(publish)}),`}
  journeys: [],
  contexts: [],
})
`
