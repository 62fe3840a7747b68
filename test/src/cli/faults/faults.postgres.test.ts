import { afterAll, beforeAll } from 'vitest'
import pg from 'pg'
import type { LegacyServer } from '../../../support/legacy-server.ts'
import { startLegacyServer } from '../../../support/legacy-server.ts'
import { postgresSession } from '../../../support/history/sessions.ts'
import { workloadTables } from '../../../support/history/workload.ts'
import type { Arena, LegacyUnderFaults } from './arena.ts'
import { openArena } from './arena.ts'
import { faultCases, seed } from './fault-cases.ts'

let server: LegacyServer
let arena: Arena

const query = async (sql: string): Promise<void> => {
  const client = new pg.Client({ connectionString: server.url })
  await client.connect()
  await client.query(sql).finally(() => client.end())
}

const legacyOf = (): LegacyUnderFaults => ({
  adapter: 'postgres',
  url: server.url,
  connect: () => postgresSession(server.url),
  tables: [...workloadTables('text'), 'ALTER TABLE item ALTER note SET STORAGE EXTERNAL'],
  source: (port) => {
    const url = new URL(server.url)
    url.port = String(port)
    return {
      url: url.href,
      createPublication: true,
      progressEveryMs: 50,
      spoolThresholdBytes: 32 << 10,
      bufferBytes: 64 << 10,
      silenceMs: 1_500,
    }
  },
  kill: () => server.kill(),
  restart: () => server.start(),
  rotate: () => query('SELECT pg_switch_wal(); CHECKPOINT; SELECT pg_switch_wal()'),
})

beforeAll(async () => {
  server = await startLegacyServer()
  arena = await openArena(legacyOf(), seed)
})

afterAll(async () => {
  await arena[Symbol.asyncDispose]()
  await server.stop()
})

faultCases(() => arena, { isFirst: true })
