import process from 'node:process'
import { postgres } from '../../adapters/postgres/change-source.ts'
import { run } from '../../src/pipeline/run.ts'
import { openStore } from '../../src/store/open.ts'
import { orderJourneys, orderRules, orderTables } from './orders.ts'

/** Which slot to read, and where its store is. */
export interface CaptureOrder {
  readonly url: string
  readonly slot: string
  readonly publication: string
  readonly folder: string
}

/** What one process did. */
export interface Captured {
  readonly changes: number
  readonly events: number
  /** From the call of the run to its end: preflight, connections, and all that is durable then. */
  readonly durationMs: number
  readonly cpuMs: number
  /** The most that this process ever held. */
  readonly rssMiB: number
}

const capture = async ({ url, slot, publication, folder }: CaptureOrder): Promise<Captured> => {
  await using store = await openStore({ folder })
  await using source = postgres({ name: 'orders', url, tables: orderTables, slot, publication, createPublication: true })
  const config = { source, rules: orderRules, journeys: orderJourneys, contexts: [], time: null }
  const totals = async (): Promise<{ readonly changes: number; readonly events: number }> => store.totals(source.name)
  const before = await totals()
  const startedAtMs = performance.now()
  const cpu = process.cpuUsage()
  await run({ config, store, signal: new AbortController().signal, once: true })
  const durationMs = performance.now() - startedAtMs
  const { user, system } = process.cpuUsage(cpu)
  const after = await totals()
  return {
    changes: after.changes - before.changes,
    events: after.events - before.events,
    durationMs,
    cpuMs: (user + system) / 1_000,
    rssMiB: process.resourceUsage().maxRSS / 1_024,
  }
}

// A process that captures and does nothing else, so that its memory is Banyan's own.
console.log(JSON.stringify(await capture(JSON.parse(process.argv[2] ?? '{}') as CaptureOrder)))
