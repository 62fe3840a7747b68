import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import kafkajs from 'kafkajs'
import { expect, test, vi } from 'vitest'
import type { KafkaBroker } from '../../../../fixtures/services/kafka-server.ts'
import { dropSlot, freshDatabase } from '../../../support/fresh-database.ts'
import { checkHistory } from '../../../support/history/check-history.ts'
import { drawFrom } from '../../../support/history/draw.ts'
import { readLegacy } from '../../../support/history/read-history.ts'
import { postgresSession } from '../../../support/history/sessions.ts'
import { createWorkload, workloadTables } from '../../../support/history/workload.ts'
import { readTopics } from '../../../support/read-topics.ts'
import { topicHistory } from './topic-history.ts'

const child = new URL('../../../support/emitting-child.ts', import.meta.url)

interface Emission {
  readonly source: unknown
  readonly target: unknown
}

const emitting = ({ source, target }: Emission, until?: 'current'): ChildProcess =>
  spawn(process.execPath, [child.pathname, JSON.stringify(source), JSON.stringify(target), ...(until === undefined ? [] : [until])], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })

/** How much an emission has committed, and begun to. */
const positionsIn = async (broker: string): Promise<number> => {
  const admin = new kafkajs.Kafka({ brokers: [broker], logLevel: kafkajs.logLevel.NOTHING }).admin()
  try {
    await admin.connect()
    return Number((await admin.fetchTopicOffsets('banyan.position.emit.killed'))[0]?.high ?? 0)
  } catch {
    return 0
  } finally {
    await admin.disconnect().catch(() => {})
  }
}

/** An emission that is killed before it did anything shows nothing. */
const commitsOf = async (broker: string, least: number): Promise<void> => {
  await vi.waitFor(async () => expect(await positionsIn(broker)).toBeGreaterThan(least), { timeout: 60_000, interval: 100 })
}

const rounds = process.env['BANYAN_SOAK'] === undefined ? 3 : Number(process.env['BANYAN_SOAK_ROUNDS'] ?? 50)
const seed = Number(process.env['BANYAN_SEED'] ?? Math.floor(Math.random() * 1_000_000))

/** One emission that is killed again and again, and its broker once, while others write; then all that the topics hold is checked. */
export const killCases = (broker: KafkaBroker): void => {
  test(`an emission that is killed at any instant has lost nothing and doubled nothing: ${rounds} rounds, seed ${seed}`, {
    timeout: 1_800_000,
  }, async () => {
    const draw = drawFrom(seed)
    const database = await freshDatabase()
    const connect = (): ReturnType<typeof postgresSession> => postgresSession(database.url)
    const workload = await createWorkload({ seed, workers: 3, connect, tables: workloadTables('text') })
    const emission: Emission = {
      source: {
        name: 'killed',
        url: database.url,
        tables: ['mark', 'item'],
        slot: `killed_${process.pid}`,
        publication: 'killed',
        createPublication: true,
        progressEveryMs: 50,
        spoolThresholdBytes: 32 << 10,
      },
      target: {
        kafka: { brokers: [broker.broker], batchBytes: 20_000, newTopics: { partitions: 3 } },
        connector: {
          'topic.prefix': 'killed',
          'database.dbname': database.name,
          'provide.transaction.metadata': 'true',
          'decimal.handling.mode': 'string',
        },
        commitEveryMs: 5,
      },
    }
    workload.start()
    for (let round = 0; round < rounds; round += 1) {
      const running = emitting(emission)
      const gone = once(running, 'exit')
      await commitsOf(broker.broker, (await positionsIn(broker.broker)) + 10)
      await sleep(draw.below(600))
      if (round % 3 === 2) {
        await broker.kill()
        await sleep(draw.below(300))
        await broker.start()
        await commitsOf(broker.broker, (await positionsIn(broker.broker)) + 10)
        await sleep(draw.below(300))
      }
      expect(running.exitCode, 'the emission ended by itself').toBeNull()
      running.kill('SIGKILL')
      await gone
    }
    await workload.pause()
    await workload.close()
    const [code] = (await once(emitting(emission, 'current'), 'exit')) as [number | null]
    expect(code).toBe(0)
    const session = await connect()
    const legacy = await readLegacy(session)
    session.close()
    await dropSlot(database.url, `killed_${process.pid}`)
    const topics = ['killed.public.mark', 'killed.public.item', 'killed.transaction']
    const stored = topicHistory(await readTopics(broker.broker, topics), 'killed.transaction')
    const breaches = checkHistory({ confirmed: workload.confirmed(), ...legacy, ...stored })
    expect(breaches.filter(({ kind }) => kind !== 'event')).toEqual([])
    expect(stored.transactions.length).toBeGreaterThan(30)
  })
}
