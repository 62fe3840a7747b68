import { execFile } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import kafkajs from 'kafkajs'
import pg from 'pg'
import { commonConfig, startConnector } from '../../fixtures/services/debezium-connector.ts'
import type { KafkaServer } from '../../fixtures/services/kafka-server.ts'
import { startKafkaServer } from '../../fixtures/services/kafka-server.ts'
import { startLegacyServer } from '../../test/support/legacy-server.ts'
import { ordersSchema, orderTables, writeOrders } from '../capture/orders.ts'
import type { Figure } from '../figure.ts'
import { median } from '../median.ts'
import { nodeOptions } from '../node-options.ts'
import { tell } from '../progress.ts'
import type { Read, ReadOrder } from './read-process.ts'

const sizes = { quick: { parts: 1, rounds: 1 }, full: { parts: 3, rounds: 3 } } as const
const prefix = 'bench'
const settledMs = 3_000

/** What real Debezium wrote of orders: fetched by the client alone, read as changes, and captured into the durable store; in turns, each in a fresh process. */
export async function* readFigures(options: readonly string[]): AsyncGenerator<Figure, undefined> {
  const { parts, rounds } = options.includes('--quick') ? sizes.quick : sizes.full
  const legacy = await startLegacyServer({ settings: { max_wal_size: '16GB' } })
  const folder = await mkdtemp(join(tmpdir(), 'banyan-bench-'))
  await chmod(folder, 0o755)
  try {
    const kafka = await startKafkaServer(['postgres'], 'stock')
    try {
      const order = await filled(legacy.url, kafka, parts)
      yield* measured({ ...order, folder }, rounds)
    } finally {
      await kafka.stop()
    }
  } finally {
    await legacy.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

async function* measured(order: Order, rounds: number): AsyncGenerator<Figure, undefined> {
  const runs: Record<ReadOrder['work'], Read[]> = { bare: [], decode: [], store: [] }
  for (let round = 0; round < rounds; round += 1) {
    tell(`round ${round + 1} of ${rounds}`)
    for (const work of ['bare', 'decode', 'store'] as const) runs[work].push(await readApart({ ...order, work, group: `${work}_${round}` }))
  }
  const rate = (work: ReadOrder['work']): number => median(runs[work].map((read) => read.records / (read.durationMs / 1_000)))
  const workload = `${order.records} records that Debezium wrote of orders (three tables, five changes to a transaction, 20,000 in each 100,000 in one, the ends of transactions among them), JSON without schemas, each run in a fresh process`
  const peer = 'bare client'
  const [bare, decode, store] = [rate('bare'), rate('decode'), rate('store')]
  const stored = `${workload}; from the call to the end of the run, rules and journeys included; memory ${Math.round(Math.max(...runs.store.map(({ rssMiB }) => rssMiB)))} MiB`
  yield { name: 'source.kafka', value: store, unit: 'records/s', peer, peerValue: bare, ratio: store / bare, context: stored }
  const decoded = `${workload}; whole transactions of ChangeEvents, from the first on`
  yield { name: 'decode.kafka', value: decode, unit: 'records/s', peer, peerValue: bare, ratio: decode / bare, context: decoded }
}

type Order = Omit<ReadOrder, 'work' | 'group'>

const program = fileURLToPath(new URL('read-process.ts', import.meta.url))

const readApart = async (order: ReadOrder): Promise<Read> => {
  const env = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), `banyan-compile-cache-${userInfo().uid}`) }
  const folder = join(order.folder, order.group)
  const args = [...(await nodeOptions()), program, JSON.stringify({ ...order, folder })]
  const { stdout } = await promisify(execFile)(process.execPath, args, { env })
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Read
}

/** Everything is in the topics before anything is measured. */
const filled = async (url: string, kafka: KafkaServer, parts: number): Promise<Omit<Order, 'folder'>> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(`${ordersSchema}; CREATE TABLE mark (id int PRIMARY KEY)`)
  const connector = connectorOf(url)
  const running = await startConnector(kafka, connector)
  tell(`writes ${parts * 100_000} changes, and waits for Debezium`)
  await writeOrders(url, 0, parts)
  await client.query('INSERT INTO mark VALUES (1)')
  await client.end()
  const admin = new kafkajs.Kafka({ brokers: [kafka.broker], logLevel: kafkajs.logLevel.NOTHING }).admin()
  await admin.connect()
  const heldBy = async (topic: string): Promise<number> => Number((await admin.fetchTopicOffsets(topic))[0]?.high ?? 0)
  while (!(await admin.listTopics()).includes(`${prefix}.public.mark`)) await sleep(200)
  while ((await heldBy(`${prefix}.public.mark`)) === 0) await sleep(200)
  const topics = [...orderTables.map((table) => `${prefix}.public.${table}`), `${prefix}.transaction`]
  // What goes to other topics may come after the mark.
  let held: readonly number[] = []
  for (let now = await Promise.all(topics.map(heldBy)); now.join() !== held.join(); now = await Promise.all(topics.map(heldBy))) {
    held = now
    await sleep(settledMs)
  }
  await admin.disconnect()
  await running.stop()
  return { broker: kafka.broker, url, connector, topics, records: held.reduce((sum, count) => sum + count, 0) }
}

const connectorOf = (url: string): Readonly<Record<string, string>> => {
  const { hostname, port, username, password, pathname } = new URL(url)
  return {
    ...commonConfig,
    'connector.class': 'io.debezium.connector.postgresql.PostgresConnector',
    'database.hostname': hostname,
    'database.port': port,
    'database.user': username,
    'database.password': password,
    'database.dbname': pathname.slice(1),
    'topic.prefix': prefix,
    'plugin.name': 'pgoutput',
    'slot.name': prefix,
    'publication.name': prefix,
    'publication.autocreate.mode': 'filtered',
    'table.include.list': [...orderTables, 'mark'].map((table) => `public.${table}`).join(','),
  }
}
