import { postgres } from '../../adapters/postgres/change-source.ts'
import type { PostgresOptions } from '../../adapters/postgres/change-source.ts'
import { run } from '../../src/pipeline/run.ts'
import { openStore } from '../../src/store/open.ts'

/** Captures into a store, in a process of its own, to be killed. */
const [options = '{}', url = ''] = process.argv.slice(2)
await using store = await openStore({ url })
await using source = postgres(JSON.parse(options) as PostgresOptions)
await run({
  config: { source, rules: [], journeys: [], contexts: [], time: null },
  store,
  signal: new AbortController().signal,
  once: true,
})
