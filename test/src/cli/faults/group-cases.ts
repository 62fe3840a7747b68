import { spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import kafkajs from 'kafkajs'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { KafkaServer } from '../../../../fixtures/services/kafka-server.ts'
import { freshDatabase } from '../../../support/fresh-database.ts'
import type { FreshDatabase } from '../../../support/fresh-database.ts'
import { groupHistory, groupTables, readersIn } from '../../../support/group-store.ts'
import { checkHistory } from '../../../support/history/check-history.ts'
import type { Draw } from '../../../support/history/draw.ts'
import { drawFrom } from '../../../support/history/draw.ts'
import { readLegacy } from '../../../support/history/read-history.ts'
import { postgresSession } from '../../../support/history/sessions.ts'
import type { Workload } from '../../../support/history/workload.ts'
import { createWorkload, workloadTables } from '../../../support/history/workload.ts'
import { kafkaLegacy } from './kafka-legacy.ts'

const child = new URL('../../../support/group-child.ts', import.meta.url)
const patienceMs = 60_000

interface Member {
  readonly name: string
  readonly told: () => string
  readonly end: (signal: 'SIGINT' | 'SIGKILL') => Promise<unknown>
}

export interface GroupCasesOptions {
  readonly rounds: number
  readonly seed: number
}

/** Members of one group that come, go and are killed, and partitions that are added, while others write. */
export const groupCases = (server: KafkaServer, { rounds, seed }: GroupCasesOptions): void => {
  const prefix = `group_${process.pid}`
  let legacy: FreshDatabase
  let memory: FreshDatabase
  let store: pg.Client
  let workload: Workload
  let options: object
  let members: readonly Member[] = []
  let made = 0

  const join = (): Member => {
    made += 1
    const name = `m${made}`
    const process_ = spawn(process.execPath, [child.pathname, JSON.stringify({ name: 'legacy', ...options }), memory.url, name], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let told = ''
    process_.stdout.on('data', (text: Buffer) => (told += String(text)))
    const gone = once(process_, 'exit')
    const member: Member = {
      name,
      told: () => told,
      end: async (signal) => {
        members = members.filter((each) => each !== member)
        process_.kill(signal)
        return (await gone)[0]
      },
    }
    members = [...members, member]
    return member
  }

  const reader = async (): Promise<string> => (await readersIn(store)).at(-1) ?? ''

  /** What is committed now has come through. Gives how long it took. */
  const goesOn = async (): Promise<number> => {
    const id = await workload.close()
    const fromMs = Date.now()
    const found = async (): Promise<boolean> => (await store.query(`SELECT 1 FROM changes WHERE key = $1`, [id])).rows.length > 0
    await vi.waitUntil(found, { timeout: patienceMs, interval: 20 })
    return Date.now() - fromMs
  }

  const check = async (): Promise<void> => {
    await workload.pause()
    await goesOn()
    const session = await postgresSession(legacy.url)
    const stored = await groupHistory(store)
    const breaches = checkHistory({ confirmed: workload.confirmed(), ...(await readLegacy(session)), ...stored })
    session.close()
    expect(breaches.filter(({ kind }) => kind !== 'event')).toEqual([])
    workload.start()
  }

  describe('a group of readers', () => {
    beforeAll(async () => {
      legacy = await freshDatabase()
      memory = await freshDatabase()
      store = new pg.Client({ connectionString: memory.url })
      await store.connect()
      await store.query(groupTables)
      const { connect, source, begin } = kafkaLegacy({ url: legacy.url, server, prefix })
      options = source(0)
      // Long texts stay in their rows: members have no memory that would fill them in.
      workload = await createWorkload({ seed, workers: 2, connect, tables: workloadTables('text') })
      await begin?.()
      workload.start()
    })
    afterAll(async () => {
      await workload?.pause()
      await Promise.all(members.map(({ end }) => end('SIGKILL')))
      await store?.end()
      await legacy?.drop()
      await memory?.drop()
    })

    test('those that join later disturb nothing; the one that has waited longest follows a stopped or killed one', async () => {
      const first = join()
      await goesOn()
      const second = join()
      await vi.waitFor(() => expect(second.told()).toContain('stands by'), { timeout: patienceMs })
      const third = join()
      await vi.waitFor(() => expect(third.told()).toContain('stands by'), { timeout: patienceMs })
      await goesOn()
      expect(await readersIn(store)).toEqual([first.name])
      expect(first.told()).toBe('')
      expect(await first.end('SIGINT')).toBe(0)
      const stoppedMs = await goesOn()
      expect(await reader()).toBe(second.name)
      await second.end('SIGKILL')
      const killedMs = await goesOn()
      expect(await reader()).toBe(third.name)
      // Of a machine that is busy: by itself it is a fraction of a second, and the session more for the killed one.
      expect([stoppedMs < 20_000, killedMs < 20_000], `${stoppedMs} ms, ${killedMs} ms`).toEqual([true, true])
      await check()
    })

    test(`two and three members that join, leave and are killed (${rounds} rounds, seed ${seed}): nothing lost, nothing doubled, order kept`, async () => {
      const draw = drawFrom(seed)
      for (let round = 0; round < rounds; round += 1) {
        while (members.length < 2 + draw.below(2)) join()
        const burst = draw.chance(0.5) ? workload.burst(50 + draw.below(300)) : null
        await sleep(draw.below(1_500))
        await strike(draw)
        await burst
        if (members.length === 0) join()
        await goesOn()
      }
      await check()
      expect((await readersIn(store)).length).toBeGreaterThan(rounds / 4)
    })

    const strike = async (draw: Draw): Promise<void> => {
      const now = await reader()
      // Mostly the one that reads: nothing else is at stake.
      const victim = members.find(({ name }) => name === now && draw.chance(0.7)) ?? members[draw.below(members.length)]
      await victim?.end(draw.chance(0.5) ? 'SIGKILL' : 'SIGINT')
    }

    test('partitions are added, 1 to 3 to 5, while others write', async () => {
      const admin = new kafkajs.Kafka({ brokers: [server.broker], logLevel: kafkajs.logLevel.NOTHING }).admin()
      await admin.connect()
      if (members.length === 0) join()
      for (const count of [3, 5]) {
        const topicPartitions = ['mark', 'item'].map((table) => ({ topic: `${prefix}.public.${table}`, count }))
        await admin.createPartitions({ topicPartitions })
        await workload.burst(300)
        await sleep(1_500)
        await goesOn()
      }
      await admin.disconnect()
      await check()
    })
  })
}
