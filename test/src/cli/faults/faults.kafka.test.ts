import { setTimeout as sleep } from 'node:timers/promises'
import process from 'node:process'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { startKafkaServer } from '../../../../fixtures/services/kafka-server.ts'
import type { FreshDatabase } from '../../../support/fresh-database.ts'
import { freshDatabase } from '../../../support/fresh-database.ts'
import type { Draw } from '../../../support/history/draw.ts'
import { drawFrom } from '../../../support/history/draw.ts'
import type { Arena, LegacyUnderWork } from './arena.ts'
import { openArena } from './arena.ts'
import { seed } from './fault-cases.ts'
import { groupCases } from './group-cases.ts'
import { kafkaLegacy, quickBroker } from './kafka-legacy.ts'
import { snapshotCases } from './snapshot-cases.ts'

const isSoak = process.env['BANYAN_SOAK'] !== undefined
const rounds = !isSoak ? 3 : Number(process.env['BANYAN_SOAK_ROUNDS'] ?? 50)
vi.setConfig({ testTimeout: 60_000 + rounds * 60_000, hookTimeout: 120_000 })

/** Where Java cannot be had the cases are skipped with the reason, but under CI that is a failure. */
const started = await startKafkaServer(['postgres'], 'lean', quickBroker).catch((error: unknown) => {
  if (process.env['CI'] !== undefined) throw error
  return String(error)
})
const server = typeof started === 'string' ? null : started
if (server === null) test.skip(`Debezium (${started})`)

let database: FreshDatabase
let arena: Arena<LegacyUnderWork>

beforeAll(async () => {
  if (server === null) return
  database = await freshDatabase()
  // Connect takes its time until it is a member of its group again.
  arena = await openArena(kafkaLegacy({ url: database.url, server, prefix: `faults_${process.pid}` }), seed, { patienceMs: 240_000 })
})
afterAll(async () => {
  await arena?.[Symbol.asyncDispose]()
  await server?.stop()
  await database?.drop()
})

interface Fault {
  readonly name: string
  readonly strike: (draw: Draw) => Promise<unknown>
}

const banyan: Fault = { name: 'kill -9 of Banyan', strike: () => arena.supervisor.kill() }

const broker: Fault = {
  name: 'kill -9 of the broker',
  strike: async (draw) => {
    await server?.brokerPart.kill()
    if (draw.chance(0.3)) await arena.supervisor.kill()
    await server?.brokerPart.start()
  },
}

/** It sends again what it had sent since it last told how far it is. */
const connect: Fault = {
  name: 'kill -9, or a restart, of Connect',
  strike: async (draw) => {
    await server?.connectPart.kill(draw.chance(0.7) ? 'SIGKILL' : 'SIGTERM')
    if (draw.chance(0.3)) await arena.supervisor.kill()
    await server?.connectPart.start()
  },
}

const all: Fault = {
  name: 'all of them at once',
  strike: async (draw) => {
    await Promise.all(
      [connect, broker, banyan].map(async ({ strike }) => {
        await sleep(draw.below(2_000))
        await strike(draw)
      }),
    )
  },
}

/** While one starts the other goes down. */
const both: Fault = {
  name: 'kill -9 of Connect and of Banyan',
  strike: async (draw) => {
    const back = connect.strike(draw)
    await sleep(draw.below(2_000))
    await banyan.strike(draw)
    await back
  },
}

const drawOf = (name: string): Draw => drawFrom([...name].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) >>> 0, seed))

/** Strikes while a large transaction is under way, or not, and sees to it that all comes through. */
const round = async ({ strike }: Fault, draw: Draw, number: number): Promise<void> => {
  await sleep(draw.below(300))
  const burst = draw.chance(0.5) ? arena.workload.burst(100 + draw.below(900)) : null
  await sleep(draw.below(300))
  await strike(draw)
  await burst
  await arena.goesOn()
  expect(arena.supervisor.takeUnexplained(), `round ${number}`).toEqual([])
}

describe.skipIf(server === null)('Debezium in between', () => {
  test.each(isSoak ? [banyan, broker, connect, all] : [both, broker])(
    `$name (${rounds} times, seed ${seed}): nothing lost, nothing doubled, order kept`,
    async (fault) => {
      const draw = drawOf(fault.name)
      for (let number = 0; number < rounds; number += 1) await round(fault, draw, number)
      await arena.check()
    },
  )
})

if (server !== null) {
  groupCases(server, { rounds, seed })
  if (isSoak) snapshotCases(server, { rounds, seed })
}
