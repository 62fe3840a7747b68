import process from 'node:process'
import { createInterface } from 'node:readline'
import { emitDebezium } from '../../adapters/kafka/emit/emit-debezium.ts'
import { postgres } from '../../adapters/postgres/change-source.ts'

/** Where the backlogs are. Which one to drain, standard input says: the name of a slot, one a line. Topics have the same name. */
export interface EmitOrder {
  readonly url: string
  readonly broker: string
  readonly publication: string
  readonly table: string
}

/** What one drain took. */
export interface Emitted {
  readonly changes: number
  /** From the call until all of it was committed in Kafka; of the first from the start of the process. */
  readonly durationMs: number
  readonly cpuMs: number
  /** The most that this process ever held by then. */
  readonly rssMiB: number
}

const drain = async (order: EmitOrder, slot: string): Promise<number> => {
  const { url, broker, publication, table } = order
  await using source = postgres({ name: slot, url, tables: [table], slot, publication, createPublication: true })
  const { changes } = await emitDebezium({
    source,
    kafka: { brokers: [broker] },
    connector: { 'topic.prefix': slot, 'database.dbname': 'postgres' },
    signal: new AbortController().signal,
    until: 'current',
  })
  return changes
}

const emitted = async (order: EmitOrder, slot: string, isFirst: boolean): Promise<Emitted> => {
  const startedAtMs = isFirst ? 0 : performance.now()
  const cpu = isFirst ? { user: 0, system: 0 } : process.cpuUsage()
  const changes = await drain(order, slot)
  const { user, system } = process.cpuUsage()
  return {
    changes,
    durationMs: performance.now() - startedAtMs,
    cpuMs: (user + system - cpu.user - cpu.system) / 1_000,
    rssMiB: process.resourceUsage().maxRSS / 1_024,
  }
}

// A process that emits and does nothing else, so that its time and memory are Banyan's own.
const order = JSON.parse(process.argv[2] ?? '{}') as EmitOrder
let isFirst = true
for await (const slot of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await emitted(order, slot, isFirst)))
  isFirst = false
}
