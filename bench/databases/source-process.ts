import process from 'node:process'
import { mysql } from '../../adapters/mysql/change-source.ts'
import { postgres } from '../../adapters/postgres/change-source.ts'
import type { BusinessEvent } from '../../src/model/business-event.ts'
import type { ChangeSource } from '../../src/ports/change-source.ts'
import type { Store } from '../../src/ports/store.ts'
import { run } from '../../src/pipeline/run.ts'
import { openStore } from '../../src/store/open.ts'
import { orderJourneys, orderRules, orderTables } from '../capture/orders.ts'

/** Which source to capture into which folder. */
export interface SourceOrder {
  readonly kind: 'postgres' | 'mysql'
  readonly url: string
  /** Of PostgreSQL. */
  readonly slot?: string
  readonly tables?: readonly string[]
  readonly folder: string
  /** Says `ready`, follows the log until it is told to end by its standard input, and tells how long each commit took to be durable. */
  readonly follow?: true
}

/** What one process did. */
export interface Sourced {
  readonly changes: number
  readonly events: number
  readonly durationMs: number
  readonly cpuMs: number
  /** The most that this process ever held. */
  readonly rssMiB: number
  /** From the commit's own time to the instant at which its changes and events were durable, of each followed transaction with an event. */
  readonly latenciesMs: readonly number[]
}

const sourceOf = ({ kind, url, slot = 'bench', tables = orderTables }: SourceOrder): ChangeSource =>
  kind === 'mysql'
    ? mysql({ name: 'orders', url, tables })
    : postgres({ name: 'orders', url, tables, slot, publication: `bench_${tables.length}`, createPublication: true })

/** The store, with a look at the clock behind each commit. */
const watched = (store: Store, latenciesMs: number[]): Store => {
  let isReady = false
  return {
    ...store,
    commitCapture: async (batch) => {
      await store.commitCapture(batch)
      const now = performance.timeOrigin + performance.now()
      for (const { occurredAt } of lastOfEach(batch.events)) latenciesMs.push(now - occurredAt)
      if (!isReady) console.log('ready')
      isReady = true
    },
  }
}

const lastOfEach = (events: readonly BusinessEvent[]): readonly BusinessEvent[] =>
  events.filter((event, at) => event.position !== events[at + 1]?.position)

const capture = async (order: SourceOrder): Promise<Sourced> => {
  await using opened = await openStore({ folder: order.folder })
  await using source = sourceOf(order)
  const latenciesMs: number[] = []
  const store = order.follow === true ? watched(opened, latenciesMs) : opened
  const config = { source, rules: orderRules, journeys: orderJourneys, contexts: [], time: null }
  const before = await store.totals(source.name)
  const end = new AbortController()
  if (order.follow === true) process.stdin.once('data', () => end.abort())
  else end.abort()
  const startedAtMs = performance.now()
  const cpu = process.cpuUsage()
  await run({ config, store, signal: new AbortController().signal, end: end.signal })
  const durationMs = performance.now() - startedAtMs
  const { user, system } = process.cpuUsage(cpu)
  const after = await store.totals(source.name)
  return {
    changes: after.changes - before.changes,
    events: after.events - before.events,
    durationMs,
    cpuMs: (user + system) / 1_000,
    rssMiB: process.resourceUsage().maxRSS / 1_024,
    latenciesMs,
  }
}

// A process that captures and does nothing else, so that its memory is Banyan's own.
console.log(JSON.stringify(await capture(JSON.parse(process.argv[2] ?? '{}') as SourceOrder)))
process.exit()
