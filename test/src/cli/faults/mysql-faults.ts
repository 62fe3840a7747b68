import { afterAll, beforeAll, test } from 'vitest'
import { mysqlSession } from '../../../support/history/sessions.ts'
import { workloadTables } from '../../../support/history/workload.ts'
import type { MysqlServer } from '../../../../fixtures/services/mysql-server.ts'
import { mysqlRows, openMysql } from '../../../../fixtures/services/mysql-server.ts'
import type { Arena, LegacyUnderFaults } from './arena.ts'
import { openArena } from './arena.ts'
import { faultCases, seed } from './fault-cases.ts'

const schema = 'faults'

const query = async (url: string, ...statements: readonly string[]): Promise<readonly Readonly<Record<string, unknown>>[]> => {
  const connection = await openMysql(url)
  try {
    let rows: readonly Readonly<Record<string, unknown>>[] = []
    for (const sql of statements) rows = await mysqlRows(connection, sql)
    return rows
  } finally {
    connection.destroy()
  }
}

const legacyOn = (server: MysqlServer): LegacyUnderFaults => {
  const own = new URL(server.url)
  own.pathname = `/${schema}`
  return {
    adapter: 'mysql',
    url: own.href,
    connect: () => mysqlSession(own.href),
    tables: workloadTables('longtext'),
    source: (port) => {
      const url = new URL(own)
      url.port = String(port)
      return { url: url.href, progressEveryMs: 50, spoolThresholdBytes: 32 << 10, bufferBytes: 64 << 10, silenceMs: 1_500 }
    },
    kill: async () => server.kill?.(),
    restart: server.restart,
    rotate: async () => {
      await query(own.href, 'FLUSH BINARY LOGS', 'FLUSH BINARY LOGS')
      const logs = await query(own.href, 'SHOW BINARY LOGS')
      await query(own.href, `PURGE BINARY LOGS TO '${String(logs.at(-4)?.['Log_name'] ?? logs[0]?.['Log_name'])}'`)
    },
  }
}

/** Registers every fault on this server. */
export const mysqlFaults = (server: MysqlServer): void => {
  if (server.kill === null) {
    test.skip('faults need a server that may be killed')
    return
  }
  let arena: Arena
  beforeAll(async () => {
    await query(server.url, `CREATE DATABASE ${schema}`)
    arena = await openArena(legacyOn(server), seed)
  })
  afterAll(() => arena[Symbol.asyncDispose]())
  faultCases(() => arena, { isFirst: false })
}
