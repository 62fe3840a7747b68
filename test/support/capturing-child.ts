import type { MysqlOptions } from '../../adapters/mysql/change-source.ts'
import { mysql } from '../../adapters/mysql/change-source.ts'
import type { PostgresOptions } from '../../adapters/postgres/change-source.ts'
import { postgres } from '../../adapters/postgres/change-source.ts'
import { run } from '../../src/pipeline/run.ts'
import { openStore } from '../../src/store/open.ts'

/** Captures into a store, in a process of its own, to be killed. */
const [adapter = '', json = '{}', url = ''] = process.argv.slice(2)
const options: unknown = JSON.parse(json)
await using store = await openStore({ url })
await using source = adapter === 'mysql' ? mysql(options as MysqlOptions) : postgres(options as PostgresOptions)
await run({
  config: { source, rules: [], journeys: [], contexts: [], time: null },
  store,
  signal: new AbortController().signal,
  once: true,
})
