import { execFileSync } from 'node:child_process'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { BanyanError } from '../../src/model/errors.ts'
import { freePort } from '../../fixtures/services/free-port.ts'
import type { LegacyServer, PostgresVersion } from './legacy-server.ts'
import { postgresPrograms } from './legacy-server.ts'

const query = async (client: pg.Client, sql: string): Promise<Readonly<Record<string, string>>> => {
  const { rows } = await client.query(sql)
  return rows[0] ?? {}
}

const patienceMs = 30_000

const whenItAnswers = async (url: string): Promise<void> => {
  for (const until = Date.now() + patienceMs; ; await sleep(50)) {
    const client = new pg.Client({ connectionString: url })
    client.on('error', () => undefined)
    try {
      await client.connect()
      await client.end()
      return
    } catch (cause) {
      if (Date.now() > until) throw new BanyanError('internal', 'the standby did not start', { hint: 'read its log', cause })
    }
  }
}

/** A standby that follows a server of the tests: a copy of its files, made while it runs. */
export const startStandby = async (
  primary: Pick<LegacyServer, 'url'>,
  version: PostgresVersion,
  settings: Readonly<Record<string, string>> = {},
): Promise<Pick<LegacyServer, 'url' | 'stop'>> => {
  const folder = await mkdtemp(join(tmpdir(), 'banyan-standby-'))
  await chmod(folder, 0o755)
  const data = join(folder, 'data')
  const client = new pg.Client({ connectionString: primary.url })
  await client.connect()
  const { data_directory: from = '' } = await query(client, 'SHOW data_directory')
  await query(client, `SELECT pg_backup_start('standby', true)`)
  execFileSync('cp', ['-a', from, data])
  const { labelfile = '' } = await query(client, 'SELECT labelfile FROM pg_backup_stop(false)')
  await client.end()
  await rm(join(data, 'postmaster.pid'))
  for (const [name, text] of [
    ['backup_label', labelfile],
    ['standby.signal', ''],
  ] as const) {
    await writeFile(join(data, name), text)
    execFileSync('chown', ['--reference', data, join(data, name)])
  }
  const port = await freePort()
  const flags = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    wal_level: 'logical',
    max_wal_senders: '40',
    max_replication_slots: '40',
    max_connections: '200',
    fsync: 'off',
    primary_conninfo: `${primary.url}?application_name=standby`,
    ...settings,
  }
  const server = new (await postgresPrograms(version))({
    databaseDir: data,
    user: 'postgres',
    password: 'postgres',
    port,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: Object.entries(flags).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    onLog: () => undefined,
    onError: () => undefined,
  })
  const url = `postgres://postgres:postgres@127.0.0.1:${port}/postgres`
  // It never says the words for which the package waits, because it takes no writers.
  server.start().catch(() => undefined)
  await whenItAnswers(url)
  const stop = async (): Promise<void> => {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
  return { url, stop }
}
