import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import kafkajs from 'kafkajs'
import pg from 'pg'
import type { KafkaServer } from '../../fixtures/services/kafka-server.ts'
import { startKafkaServer } from '../../fixtures/services/kafka-server.ts'
import { BanyanError } from '../../src/model/errors.ts'
import { startLegacyServer } from '../../test/support/legacy-server.ts'
import { backlogTable, writeBacklog } from '../capture/backlog.ts'
import { nodeOptions } from '../node-options.ts'
import type { Figure } from '../figure.ts'
import { median } from '../median.ts'
import { tell } from '../progress.ts'
import type { EmitOrder, Emitted } from './emit-process.ts'
import { processUsage } from './process-usage.ts'

/** Two drains of the peer's fresh worker before its warm ones, and as many of ours. */
const warmUps = 2
const sizes = { quick: { changes: 100_000, rounds: 1 }, full: { changes: 300_000, rounds: 3 } } as const

interface Arena {
  readonly url: string
  readonly kafka: KafkaServer
  readonly admin: ReturnType<InstanceType<typeof kafkajs.Kafka>['admin']>
  readonly changes: number
}

/**
 * What waits in a slot goes to Kafka in Debezium's envelopes: by `emitDebezium` in a process of its own, and by Kafka Connect with
 * Debezium's connector; each run drains the same log, from a slot of its own that stood before it was written.
 */
export async function* emitFigures(options: readonly string[]): AsyncGenerator<Figure, undefined> {
  const { changes, rounds } = options.includes('--quick') ? sizes.quick : sizes.full
  const server = await startLegacyServer()
  try {
    const kafka = await startKafkaServer(['postgres'], 'stock')
    const admin = new kafkajs.Kafka({ brokers: [kafka.broker], logLevel: kafkajs.logLevel.NOTHING }).admin()
    await admin.connect()
    try {
      yield* measured({ url: server.url, kafka, admin, changes }, rounds)
    } finally {
      await admin.disconnect()
      await kafka.stop()
    }
  } finally {
    await server.stop()
  }
}

async function* measured(arena: Arena, rounds: number): AsyncGenerator<Figure, undefined> {
  const numbers = Array.from({ length: rounds + warmUps }, (_, number) => number)
  const named = (prefix: string): readonly string[] => numbers.map((number) => `${prefix}_${number}`)
  const [peerSlots, ownSlots] = [named('peer'), named('own')]
  const coldSlots = numbers.slice(0, rounds).map((round) => `cold_${round}`)
  await prepare(arena, { own: [...ownSlots, ...coldSlots], peer: peerSlots })
  tell(`writes ${arena.changes} changes`)
  await writeBacklog(arena.url, arena.changes)
  const peers: Emitted[] = []
  const owns: Emitted[] = []
  const colds: Emitted[] = []
  await using warm = emitter(arena)
  for (const [number, slot] of peerSlots.entries()) {
    tell(`round ${number + 1} of ${peerSlots.length}`)
    peers.push(await drainByPeer(arena, slot))
    owns.push(await warm.drain(ownSlots[number] ?? ''))
    const cold = coldSlots[number - warmUps]
    if (cold !== undefined) colds.push(...(await drainApart(arena, [cold])))
  }
  yield* figures(arena, { peers, colds, owns })
}

interface Runs {
  readonly peers: readonly Emitted[]
  readonly colds: readonly Emitted[]
  readonly owns: readonly Emitted[]
}

const rateOf = ({ changes, durationMs }: Emitted): number => changes / (durationMs / 1_000)
const cpuOf = ({ changes, cpuMs }: Emitted): number => (cpuMs * 1_000) / changes

function* figures({ changes }: Arena, { peers, colds, owns }: Runs): Generator<Figure, undefined> {
  const warm = (runs: readonly Emitted[], of: (run: Emitted) => number): number => median(runs.slice(warmUps).map(of))
  const workload = `${changes} changes of 10 columns in transactions of 10, waiting in a slot, to one partition with acks=all, JSON without schemas, all else default; ours in Kafka transactions`
  const peer = 'Debezium'
  const [rate, peerRate] = [warm(owns, rateOf), warm(peers, rateOf)]
  const after = `the third drain of a process on`
  yield {
    name: 'emit.debezium',
    value: rate,
    unit: 'changes/s',
    peer,
    peerValue: peerRate,
    ratio: rate / peerRate,
    context: `${workload}; ${after}`,
  }
  const [cold, peerCold] = [median(colds.map(rateOf)), rateOf(peers[0] ?? none)]
  const fresh = 'a fresh process: ours from its start, the worker from when it is told of its first connector'
  yield { name: 'emit.debezium.cold', value: cold, unit: 'changes/s', peer, peerValue: peerCold, ratio: cold / peerCold, context: fresh }
  const [cpu, peerCpu] = [warm(owns, cpuOf), warm(peers, cpuOf)]
  const cost = 'CPU of the emitting process, and of Connect; without broker and database'
  yield { name: 'emit.cpuMicros', value: cpu, unit: 'us/change', peer, peerValue: peerCpu, ratio: peerCpu / cpu, context: cost }
  const [coldCpu, peerColdCpu] = [median(colds.map(cpuOf)), cpuOf(peers[0] ?? none)]
  yield {
    name: 'emit.cpuMicros.cold',
    value: coldCpu,
    unit: 'us/change',
    peer,
    peerValue: peerColdCpu,
    ratio: peerColdCpu / coldCpu,
    context: cost,
  }
  const [rss, peerRss] = [owns.at(-1)?.rssMiB ?? 0, peers.at(-1)?.rssMiB ?? 0]
  const memory = 'the most that the process ever held after all its drains; Connect with -Xms256m -Xmx2g, as its own script has it'
  yield { name: 'emit.rssMiB', value: rss, unit: 'MiB', peer, peerValue: peerRss, ratio: peerRss / rss, context: memory }
}

const none: Emitted = { changes: 0, durationMs: 0, cpuMs: 0, rssMiB: 0 }

/** Every slot stands before the log is written. Ours are made by a first run that finds an empty table. */
const prepare = async (arena: Arena, slots: { readonly own: readonly string[]; readonly peer: readonly string[] }): Promise<void> => {
  const client = new pg.Client({ connectionString: arena.url })
  await client.connect()
  await client.query(backlogTable)
  await drainApart(arena, slots.own)
  for (const slot of slots.peer) await client.query(`SELECT pg_create_logical_replication_slot('${slot}', 'pgoutput')`)
  await client.end()
  await arena.admin.createTopics({ topics: slots.peer.map((slot) => ({ topic: topicOf(slot), numPartitions: 1 })) })
}

const topicOf = (prefix: string): string => `${prefix}.public.backlog`

const program = fileURLToPath(new URL('emit-process.ts', import.meta.url))
/** What is installed is JavaScript: taking the types off is no part of what is measured. */
const compiled = { NODE_COMPILE_CACHE: join(tmpdir(), `banyan-compile-cache-${userInfo().uid}`) }
/** The options that `npm run banyan` gives to Node. */
const ownOptions = await nodeOptions()

/** A process that drains what it is told to. */
interface Emitter extends AsyncDisposable {
  readonly drain: (slot: string) => Promise<Emitted>
}

const emitter = ({ url, kafka }: Arena): Emitter => {
  const order: EmitOrder = { url, broker: kafka.broker, publication: 'bench', table: 'backlog' }
  const child = spawn(process.execPath, [...ownOptions, program, JSON.stringify(order)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...compiled },
  })
  const killWithUs = (): boolean => child.kill('SIGKILL')
  process.once('exit', killWithUs)
  const gone = once(child, 'exit')
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    drain: async (slot) => {
      child.stdin.write(`${slot}\n`)
      const { value, done } = await answers.next()
      if (done === true) throw new BanyanError('internal', 'the emitting process ended', { hint: 'its error is above' })
      return JSON.parse(String(value)) as Emitted
    },
    [Symbol.asyncDispose]: async () => {
      child.stdin.end()
      await gone
      process.off('exit', killWithUs)
    },
  }
}

/** In a process that nothing was drained by before. */
const drainApart = async (arena: Arena, slots: readonly string[]): Promise<readonly Emitted[]> => {
  await using apart = emitter(arena)
  const all: Emitted[] = []
  for (const slot of slots) all.push(await apart.drain(slot))
  return all
}

const lookEveryMs = 50
const patienceMs = 300_000

/** From when Connect is told of the connector until the topic holds all changes. */
const drainByPeer = async ({ url, kafka, admin, changes }: Arena, slot: string): Promise<Emitted> => {
  const before = await processUsage(kafka.pids.connect)
  const startedAtMs = performance.now()
  await tellConnect(kafka, slot, 'PUT', connectorOf(url, slot))
  while ((await heldBy(admin, slot)) < changes) {
    if (performance.now() - startedAtMs > patienceMs)
      throw new BanyanError('internal', 'the connector does not drain its slot', { hint: await lastWords(kafka) })
    await sleep(lookEveryMs)
  }
  const durationMs = performance.now() - startedAtMs
  const after = await processUsage(kafka.pids.connect)
  await tellConnect(kafka, slot, 'DELETE')
  return { changes, durationMs, cpuMs: after.cpuMs - before.cpuMs, rssMiB: after.peakMiB }
}

const heldBy = async (admin: Arena['admin'], slot: string): Promise<number> =>
  Number((await admin.fetchTopicOffsets(topicOf(slot)))[0]?.high ?? 0)

const lastWords = async (kafka: KafkaServer): Promise<string> => (await kafka.connectLog()).split('\n').slice(-5).join('\n')

const tellConnect = async (kafka: KafkaServer, name: string, method: 'PUT' | 'DELETE', config?: unknown): Promise<void> => {
  const url = `${kafka.connect}/connectors/${name}${method === 'PUT' ? '/config' : ''}`
  const body = config === undefined ? {} : { body: JSON.stringify(config), headers: { 'content-type': 'application/json' } }
  for (;;) {
    const answer = await fetch(url, { method, ...body })
    if (answer.ok) return
    // 409: the worker is handing out its tasks just now.
    if (answer.status !== 409) throw new BanyanError('internal', `Connect said ${answer.status}`, { hint: await answer.text() })
    await sleep(100)
  }
}

const connectorOf = (url: string, slot: string): Readonly<Record<string, string>> => {
  const { hostname, port, username, password, pathname } = new URL(url)
  return {
    'connector.class': 'io.debezium.connector.postgresql.PostgresConnector',
    'tasks.max': '1',
    'database.hostname': hostname,
    'database.port': port,
    'database.user': username,
    'database.password': password,
    'database.dbname': pathname.slice(1),
    'topic.prefix': slot,
    'plugin.name': 'pgoutput',
    'slot.name': slot,
    'publication.name': 'bench',
    'publication.autocreate.mode': 'disabled',
    'table.include.list': 'public.backlog',
    'snapshot.mode': 'no_data',
    'key.converter': 'org.apache.kafka.connect.json.JsonConverter',
    'key.converter.schemas.enable': 'false',
    'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
    'value.converter.schemas.enable': 'false',
  }
}
