import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import kafkajs from 'kafkajs'
import pg from 'pg'
import { kafkaTopics } from '../../../../adapters/kafka/event-sink.ts'
import { startKafkaBroker } from '../../../../fixtures/services/kafka-server.ts'
import type { EventSink } from '../../../../src/ports/event-sink.ts'
import { publishStream } from '../../../../src/pipeline/publish.ts'
import { sourceName } from '../../../../src/model/ids.ts'
import { openStore } from '../../../../src/store/open.ts'
import { drawFrom } from '../../../support/history/draw.ts'
import { postgresSession } from '../../../support/history/sessions.ts'
import { workloadTables } from '../../../support/history/workload.ts'
import type { LegacyServer } from '../../../support/legacy-server.ts'
import { startLegacyServer } from '../../../support/legacy-server.ts'
import type { TopicRecord } from '../../../support/read-topics.ts'
import { readTopics } from '../../../support/read-topics.ts'
import type { Arena } from './arena.ts'
import { connectionOf, openArena } from './arena.ts'
import { seed } from './fault-cases.ts'

const rounds = process.env['BANYAN_SOAK'] === undefined ? 3 : Number(process.env['BANYAN_SOAK_ROUNDS'] ?? 50)
vi.setConfig({ testTimeout: 60_000 + rounds * 30_000 })

/** A broker that was killed is let in again when its session is over. */
const quickRestart = ['broker.session.timeout.ms=2500', 'broker.heartbeat.interval.ms=500']

/** Where Java cannot be had the cases are skipped with the reason, but under CI that is a failure. */
const started = await startKafkaBroker(quickRestart).catch((error: unknown) => {
  if (process.env['CI'] !== undefined) throw error
  return String(error)
})
const broker = typeof started === 'string' ? null : started
if (broker === null) test.skip(`a broker (${started})`)

let legacy: LegacyServer
let arena: Arena
const topic = { topic: 'turns', types: ['turn.taken'], owner: 'tests', partitions: 3 } as const
const brokers = [broker?.broker ?? '']

beforeAll(async () => {
  if (broker === null) return
  legacy = await startLegacyServer()
  const { hostname, username, password, pathname } = new URL(legacy.url)
  const urlAt = (port: number): string => `postgres://${username}:${password}@${hostname}:${port}${pathname}`
  const postgres = {
    adapter: 'postgres' as const,
    url: legacy.url,
    connect: () => postgresSession(legacy.url),
    tables: workloadTables('text'),
    source: (port: number) => ({ url: urlAt(port), createPublication: true, progressEveryMs: 50 }),
    kill: () => legacy.kill(),
    restart: () => legacy.start(),
    rotate: async () => undefined,
  }
  arena = await openArena(postgres, seed, { publish: { name: 'faults', brokers, topics: [topic] } })
})
afterAll(async () => {
  await arena?.[Symbol.asyncDispose]()
  await legacy?.stop()
  await broker?.stop()
})

interface Turn {
  readonly id: string
  readonly key: string
  readonly data: string
}

/** What the store holds, past every layer of Banyan, in the order of its places. */
const storedTurns = async (): Promise<readonly Turn[]> => {
  await using server = await connectionOf(arena.store)
  const client = new pg.Client(server.connection)
  await client.connect()
  try {
    return (await client.query<Turn>(`SELECT id, key, data FROM banyan.events WHERE type = 'turn.taken' ORDER BY place`)).rows
  } finally {
    await client.end()
  }
}

const turnOf = ({ headers, key, value }: TopicRecord): Turn => ({ id: headers['ce_id'] ?? '', key: key ?? '', data: value ?? '' })

const byKey = <T extends { readonly key: string | null }>(turns: readonly T[]): ReadonlyMap<string | null, readonly T[]> =>
  new Map([...Map.groupBy(turns, (turn) => turn.key)].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)))

/** Each stored event is in the topic once, those of a key in the order of the store; waits for the last ones. */
const checkTopic = async (): Promise<void> => {
  await arena.workload.pause()
  await arena.goesOn()
  const stored = await storedTurns()
  const all = async (): Promise<boolean> => (await readTopics(broker?.broker ?? '', ['turns'])).length >= stored.length
  await vi.waitUntil(all, { timeout: 60_000, interval: 300 })
  expect(byKey((await readTopics(broker?.broker ?? '', ['turns'])).map(turnOf))).toEqual(byKey(stored))
  expect(new Set(stored.map(({ id }) => id)).size).toBe(stored.length)
  expect(arena.supervisor.takeUnexplained()).toEqual([])
  arena.workload.start()
}

describe.skipIf(broker === null)('business events in a topic', () => {
  test(`kill -9 of Banyan (${rounds} times, seed ${seed}): nothing lost, nothing doubled, order kept per key`, async () => {
    const draw = drawFrom(seed)
    for (let round = 0; round < rounds; round += 1) {
      await sleep(draw.below(700))
      await arena.supervisor.kill()
      await arena.goesOn()
    }
    await checkTopic()
  })

  test(`kill -9 of the broker (${rounds} times): capture goes on without it, and nothing is lost or doubled`, async () => {
    const draw = drawFrom(seed + 1)
    for (let round = 0; round < rounds; round += 1) {
      await sleep(draw.below(300))
      await broker?.kill()
      await arena.goesOn()
      if (draw.below(2) === 0) await arena.supervisor.kill()
      await broker?.start()
    }
    await checkTopic()
  })

  test('published again to another topic, the same bytes come out', async () => {
    await arena.workload.pause()
    await arena.goesOn()
    await using store = await openStore({ folder: arena.store })
    const count = (await storedTurns()).length
    const again = kafkaTopics({ name: 'again', brokers, topics: [{ ...topic, topic: 'turns.again', retention: '7 d' }] })
    await publishAll(again, store, count)
    const sent = ({ key, value, headers }: TopicRecord): object => ({ key, value, headers })
    const first = await readTopics(brokers[0] ?? '', ['turns'])
    let second: readonly TopicRecord[] = []
    // A commit is durable a moment before readers see all of it.
    const all = async (): Promise<boolean> => {
      second = await readTopics(brokers[0] ?? '', ['turns.again'])
      return second.length >= count
    }
    await vi.waitUntil(all, { timeout: 30_000, interval: 200 })
    expect(second).toHaveLength(count)
    expect(byKey(second.map((record) => ({ key: record.key, sent: sent(record) })))).toEqual(
      byKey(first.map((record) => ({ key: record.key, sent: sent(record) }))),
    )
    expect(await settingsOf('turns')).toEqual({ partitions: 3, retentionMs: '-1', cleanup: 'delete' })
    expect(await settingsOf('turns.again')).toEqual({ partitions: 3, retentionMs: String(7 * 86_400_000), cleanup: 'delete' })
    arena.workload.start()
  })
})

/** How the broker says that a topic was made. */
const settingsOf = async (name: string): Promise<object> => {
  const admin = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING }).admin()
  await admin.connect()
  const { topics } = await admin.fetchTopicMetadata({ topics: [name] })
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name }],
  })
  await admin.disconnect()
  const value = (of: string): string | undefined => resources[0]?.configEntries.find(({ configName }) => configName === of)?.configValue
  return { partitions: topics[0]?.partitions.length, retentionMs: value('retention.ms'), cleanup: value('cleanup.policy') }
}

const publishAll = async (sink: EventSink, store: Awaited<ReturnType<typeof openStore>>, count: number): Promise<void> => {
  const stop = new AbortController()
  let published = 0
  const onPublished = (more: number): void => {
    published += more
    if (published >= count) stop.abort()
  }
  for (const stream of sink.streams) {
    await publishStream({ sink, stream, store, source: sourceName('legacy'), signal: stop.signal, onPublished, onNotice: () => undefined })
  }
}
