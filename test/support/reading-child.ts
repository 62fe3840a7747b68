import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import type { PostgresOptions } from '../../adapters/postgres/change-source.ts'
import { postgres } from '../../adapters/postgres/change-source.ts'
import { resumeToken } from '../../src/model/ids.ts'

/** A reader of its own process, to be killed: its file is its durable store, one line a transaction, written before the acknowledgement. */
const [options = '{}', file = ''] = process.argv.slice(2)
const source = postgres(JSON.parse(options) as PostgresOptions)
const lines = existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : []
const last = lines.at(-1)
const from = last === undefined ? null : resumeToken(last.split(' ')[0] ?? '')
for await (const item of source.read({ from, signal: new AbortController().signal })) {
  const ids = item.kind === 'transaction' ? [...item.changes()].map((change) => change.after?.['id']) : []
  appendFileSync(file, `${item.token} ${ids.join(',')}\n`)
  source.acknowledge(item.token)
}
