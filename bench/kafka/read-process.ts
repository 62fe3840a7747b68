import process from 'node:process'
import kafkajs from 'kafkajs'
import { kafka } from '../../adapters/kafka/change-source.ts'
import { postgres } from '../../adapters/postgres/change-source.ts'
import type { ChangeSource } from '../../src/ports/change-source.ts'
import { run } from '../../src/pipeline/run.ts'
import { openStore } from '../../src/store/open.ts'
import { orderJourneys, orderRules, orderTables } from '../capture/orders.ts'

/** What a process does with the topics: fetches them, makes changes of them, or captures them into a store. */
export interface ReadOrder {
  readonly work: 'bare' | 'decode' | 'store'
  readonly broker: string
  readonly url: string
  readonly connector: Readonly<Record<string, string>>
  readonly topics: readonly string[]
  /** Of those topics together. */
  readonly records: number
  readonly group: string
  /** Of the store. */
  readonly folder: string
}

export interface Read {
  readonly records: number
  /** From the first record (of a store: from the call) to the end, with what came with the first one left out of the count. */
  readonly durationMs: number
  readonly rssMiB: number
}

const sourceOf = ({ broker, connector, url, group }: ReadOrder): ChangeSource =>
  kafka({
    name: 'orders',
    brokers: [broker],
    connector,
    groupId: group,
    tables: postgres({ name: 'orders', url, tables: orderTables }).tables,
  })

/** The client alone: every record is there as bytes, and nobody looks at it. */
const bare = async ({ broker, topics, records, group }: ReadOrder): Promise<number> => {
  const consumer = new kafkajs.Kafka({ brokers: [broker], logLevel: kafkajs.logLevel.NOTHING }).consumer({
    groupId: group,
    maxWaitTimeInMs: 25,
  })
  await consumer.connect()
  await consumer.subscribe({ topics: [...topics], fromBeginning: true })
  const ended = Promise.withResolvers<number>()
  let startedAtMs = 0
  let count = 0
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch }) => {
      if (count === 0) startedAtMs = performance.now()
      count += batch.messages.length
      if (count >= records) ended.resolve(performance.now() - startedAtMs)
    },
  })
  const durationMs = await ended.promise
  await consumer.disconnect()
  return durationMs
}

/** Every change of every transaction, and nothing done with it. */
const decode = async (order: ReadOrder): Promise<number> => {
  await using source = sourceOf(order)
  let startedAtMs = 0
  for await (const item of source.read({ from: null, signal: new AbortController().signal, until: 'current' })) {
    if (item.kind !== 'transaction') continue
    if (startedAtMs === 0) startedAtMs = performance.now()
    for (const _ of item.changes());
  }
  return performance.now() - startedAtMs
}

const store = async (order: ReadOrder): Promise<number> => {
  await using opened = await openStore({ folder: order.folder })
  await using source = sourceOf(order)
  const startedAtMs = performance.now()
  const config = { source, rules: orderRules, journeys: orderJourneys, contexts: [], time: null }
  await run({ config, store: opened, signal: new AbortController().signal, once: true })
  return performance.now() - startedAtMs
}

const works = { bare, decode, store }
const order = JSON.parse(process.argv[2] ?? '{}') as ReadOrder
const durationMs = await works[order.work](order)
const read: Read = { records: order.records, durationMs, rssMiB: process.resourceUsage().maxRSS / 1_024 }
console.log(JSON.stringify(read))
process.exit()
