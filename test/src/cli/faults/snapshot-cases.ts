import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { test } from 'vitest'
import type { KafkaServer } from '../../../../fixtures/services/kafka-server.ts'
import { freshDatabase } from '../../../support/fresh-database.ts'
import { drawFrom } from '../../../support/history/draw.ts'
import { openArena } from './arena.ts'
import type { GroupCasesOptions } from './group-cases.ts'
import { kafkaLegacy } from './kafka-legacy.ts'

const marks = 10_000

/** Transactions of a worker of its own, as if each had been committed by itself. */
const fill = async (url: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(`INSERT INTO mark SELECT 'w9-' || n, 9, n FROM generate_series(1, ${marks}) n`)
  await client.query(
    `INSERT INTO log SELECT 'w9-' || n, 9, n, NULL, json_build_array(json_build_object('table', 'mark', 'key', 'w9-' || n, 'op', 'create', 'version', 1,
       'set', json_build_object('id', 'w9-' || n, 'worker', '9', 'turn', n::text))) FROM generate_series(1, ${marks}) n`,
  )
  await client.end()
}

/** A snapshot in which everything is killed, each in its turn, while others write. */
export const snapshotCases = (server: KafkaServer, { rounds, seed }: GroupCasesOptions): void => {
  test(`in the middle of a snapshot (${rounds} times, seed ${seed}): nothing lost, nothing doubled, order kept`, {
    timeout: 60_000 + rounds * 300_000,
  }, async () => {
    const draw = drawFrom(seed)
    for (let round = 0; round < rounds; round += 1) {
      const database = await freshDatabase()
      const legacy = kafkaLegacy({
        url: database.url,
        server,
        prefix: `snapshot_${process.pid}_${round}`,
        fill,
        connector: { 'max.batch.size': '256', 'max.queue.size': '512', 'snapshot.fetch.size': '200' },
        meanwhile: async (supervisor) => {
          for (const strike of [
            async () => {
              await server.connectPart.kill()
              await server.connectPart.start()
            },
            () => supervisor.kill(),
            async () => {
              await server.brokerPart.kill()
              await server.brokerPart.start()
            },
          ]) {
            await sleep(500 + draw.below(2_000))
            await strike()
          }
        },
      })
      // The idle source of topics that are still to come says that it is behind its snapshot: all of it is within the patience.
      const arena = await openArena(legacy, seed + round, { patienceMs: 240_000 })
      await arena.goesOn()
      await arena.check()
      await arena[Symbol.asyncDispose]()
      await fetch(`${server.connect}/connectors/snapshot_${process.pid}_${round}`, { method: 'DELETE' })
      await database.drop()
    }
  })
}
