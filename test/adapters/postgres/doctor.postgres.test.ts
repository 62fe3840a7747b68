import { readFileSync } from 'node:fs'
import pg from 'pg'
import { afterAll, describe, expect, test, vi } from 'vitest'
import type { PostgresOptions } from '../../../adapters/postgres/change-source.ts'
import { postgres } from '../../../adapters/postgres/change-source.ts'
import { changesOf, endOf, readCurrent } from '../../../src/testing/change-source/harness.ts'
import type { ChangeSource, PreflightCheck } from '../../../src/ports/change-source.ts'
import { makeCertificates } from '../../support/certificates.ts'
import { otherProcess, startFakePooler, withoutOptions } from '../../support/fake-pooler.ts'
import { startLegacyServer } from '../../support/legacy-server.ts'
import { startStandby } from '../../support/standby-server.ts'

const certificates = await makeCertificates('postgres')
const server = await startLegacyServer({
  settings: { ssl: 'on', ssl_cert_file: certificates.certFile, ssl_key_file: certificates.keyFile },
})
afterAll(async () => {
  await server.stop()
  await certificates.remove()
})

const run = async (url: string, ...statements: readonly string[]): Promise<readonly Readonly<Record<string, unknown>>[]> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    let rows: readonly Readonly<Record<string, unknown>>[] = []
    for (const sql of statements) rows = (await client.query(sql)).rows
    return rows
  } finally {
    await client.end()
  }
}

await run(server.url, 'CREATE TABLE item (id int PRIMARY KEY, note text)', 'CREATE PUBLICATION banyan_legacy FOR TABLE item')

const open = (url: string, options: Partial<PostgresOptions> = {}): ChangeSource =>
  postgres({ name: 'legacy', url, tables: ['item'], ...options } as PostgresOptions)

const checkOf = async (
  source: ChangeSource,
  name: string,
  ask?: Parameters<ChangeSource['preflight']>[0],
): Promise<PreflightCheck | undefined> => (await source.preflight(ask)).find((check) => check.name === name)

test('a server of one is told, and that nothing stands before it', async () => {
  const checks = await open(server.url).preflight()
  expect(checks.find(({ name }) => name === 'server')).toMatchObject({
    verdict: 'ok',
    found: expect.stringMatching(/^PostgreSQL 18\.\d+$/),
  })
  expect(checks.filter(({ verdict }) => verdict === 'refuse')).toEqual([])
})

describe('poolers', () => {
  test('a fake pooler whose connections are not the ones that work is refused', async () => {
    await using pooler = await startFakePooler(server.url, { fromServer: otherProcess })
    expect(await checkOf(open(pooler.url), 'pooler')).toMatchObject({
      verdict: 'refuse',
      found: expect.stringContaining('it greeted as process'),
    })
  })

  test('a fake pooler that drops the settings of a session is refused', async () => {
    await using pooler = await startFakePooler(server.url, { fromClient: withoutOptions })
    expect(await checkOf(open(pooler.url), 'pooler')).toMatchObject({
      verdict: 'refuse',
      found: expect.stringContaining('extra_float_digits'),
    })
  })

  test('a proxy that passes bytes on as they are does no harm', async () => {
    await using proxy = await startFakePooler(server.url, {})
    expect(await checkOf(open(proxy.url), 'pooler')).toBeUndefined()
  })
})

describe('TLS', () => {
  const secured = (host: string, ca: string): string => {
    const url = new URL(server.url)
    url.hostname = host
    url.searchParams.set('sslmode', 'verify-full')
    url.searchParams.set('sslrootcert', ca)
    return url.href
  }

  test('with the authority of the server, snapshot and stream are encrypted', async () => {
    const source = open(secured('127.0.0.1', certificates.caFile), { slot: 'tls' })
    expect(await checkOf(source, 'encryption')).toMatchObject({ verdict: 'ok', found: expect.stringMatching(/^TLSv1\.[23], /) })
    const first = await readCurrent(source, null)
    await run(server.url, `INSERT INTO item VALUES (100, 'in secret')`)
    const reading = source.read({ from: endOf(first), signal: AbortSignal.timeout(10_000) })[Symbol.asyncIterator]()
    await reading.next()
    const sessions = await run(
      server.url,
      `SELECT DISTINCT s.ssl FROM pg_stat_activity a JOIN pg_stat_ssl s USING (pid) WHERE a.application_name = 'banyan'`,
    )
    expect(sessions).toEqual([{ ssl: true }])
    await reading.return?.()
    await source[Symbol.asyncDispose]()
    await run(server.url, 'DELETE FROM item', `SELECT pg_drop_replication_slot('tls')`)
  })

  test('with the options of a connection it is the same', async () => {
    const { hostname: host, port, username: user, password } = new URL(server.url)
    const ssl = { ca: readFileSync(certificates.caFile) }
    const source = postgres({
      name: 'legacy',
      connection: { host, port: Number(port), user, password, database: 'postgres', ssl },
      tables: ['item'],
    })
    expect(await checkOf(source, 'encryption')).toMatchObject({ verdict: 'ok', found: expect.stringMatching(/^TLSv1/) })
  })

  test('a server whom another authority vouches for, or by another name, is refused with the mend', async () => {
    const others = await makeCertificates('postgres')
    for (const url of [secured('127.0.0.1', others.caFile), secured('localhost', certificates.caFile)]) {
      const [check] = await open(url).preflight()
      expect(check).toMatchObject({ name: 'connection', verdict: 'refuse', mend: expect.stringContaining('certificate') })
    }
    await others.remove()
  })
})

describe('services of somebody else', () => {
  const fakes = [
    { role: 'rds_superuser', name: 'Amazon RDS', decoding: 'rds.logical_replication = 1', setting: 'parameter group' },
    { role: 'cloudsqlsuperuser', name: 'Google Cloud SQL', decoding: 'cloudsql.logical_decoding = on', setting: 'flag' },
    { role: 'alloydbsuperuser', name: 'Google AlloyDB', decoding: 'alloydb.logical_decoding = on', setting: 'flag' },
    { role: 'azure_pg_admin', name: 'Azure Database for PostgreSQL', decoding: 'wal_level = LOGICAL', setting: 'server parameter' },
    { role: 'neon_superuser', name: 'Neon', decoding: 'enable logical replication', setting: 'by the service' },
    { role: 'supabase_admin', name: 'Supabase', decoding: 'wal_level = logical', setting: 'command line' },
  ]

  test('each is known by its roles, in a fake of it, and the mends are those of the service', async () => {
    const plain = await startLegacyServer({ settings: { wal_level: 'replica' } })
    try {
      await run(plain.url, 'CREATE TABLE item (id int PRIMARY KEY)', `CREATE ROLE poor LOGIN PASSWORD 'x'`)
      const poor = new URL(plain.url)
      poor.username = 'poor'
      poor.password = 'x'
      for (const { role, name, decoding, setting } of fakes) {
        await run(plain.url, `CREATE ROLE ${role}`)
        const checks = await open(poor.href).preflight()
        const mendOf = (check: string): string | null | undefined => checks.find((each) => each.name === check)?.mend
        expect(checks.find((each) => each.name === 'server')?.found).toContain(name)
        expect(mendOf('wal_level')).toContain(decoding)
        expect(mendOf('max_slot_wal_keep_size')).toContain(setting)
        expect(mendOf('role')).toBe(name === 'Amazon RDS' ? 'GRANT rds_replication TO "poor";' : 'ALTER ROLE "poor" REPLICATION;')
        await run(plain.url, `DROP ROLE ${role}`)
      }
      await run(plain.url, `CREATE FUNCTION aurora_version() RETURNS text LANGUAGE sql AS $$ SELECT '16.1' $$`)
      const aurora = await open(poor.href).preflight()
      expect(aurora.find((each) => each.name === 'wal_level')?.mend).toContain('DB cluster parameter group')
    } finally {
      await plain.stop()
    }
  })
})

describe('what the server keeps', () => {
  const outage = { lastsMs: 8 * 3_600_000, logBytesPerSecond: 1_000_000 }

  test('is held against the longest outage', async () => {
    const source = open(server.url)
    expect(await checkOf(source, 'max_slot_wal_keep_size', { outage })).toMatchObject({
      verdict: 'warn',
      found: expect.stringContaining('an outage of 8 h keeps about 27 GiB'),
      mend: expect.stringContaining(`max_slot_wal_keep_size = '54GB'`),
    })
    await run(server.url, `ALTER SYSTEM SET max_slot_wal_keep_size = '10GB'`, 'SELECT pg_reload_conf()')
    await vi.waitFor(async () => {
      expect(await checkOf(source, 'max_slot_wal_keep_size', { outage })).toMatchObject({
        verdict: 'warn',
        found: expect.stringContaining('too little'),
      })
    }, 5_000)
    const short = { ...outage, lastsMs: 3_600_000 }
    expect(await checkOf(source, 'max_slot_wal_keep_size', { outage: short })).toMatchObject({ verdict: 'ok' })
    await run(server.url, `ALTER SYSTEM SET idle_replication_slot_timeout = '2h'`, 'SELECT pg_reload_conf()')
    await vi.waitFor(async () => {
      expect(await checkOf(source, 'idle_replication_slot_timeout', { outage })).toMatchObject({
        verdict: 'warn',
        found: expect.stringContaining('after 2 h'),
      })
    }, 5_000)
    expect(await checkOf(source, 'idle_replication_slot_timeout', { outage: short })).toMatchObject({ verdict: 'ok' })
    await run(server.url, 'ALTER SYSTEM RESET ALL', 'SELECT pg_reload_conf()')
  })

  test('and the load is what the server counts of the captured tables', async () => {
    await run(server.url, 'CREATE TABLE other (id int)', 'ANALYZE item')
    const source = open(server.url)
    const watching = source.load?.(2_500)
    await vi.waitFor(
      async () => {
        const asked = `SELECT FROM pg_stat_activity WHERE application_name = 'banyan' AND state = 'idle' AND query LIKE '%n_tup_ins%'`
        expect(await run(server.url, asked)).toHaveLength(1)
      },
      { timeout: 2_000, interval: 5 },
    )
    await run(
      server.url,
      'INSERT INTO item SELECT n, repeat($$x$$, 50) FROM generate_series(1, 5000) n',
      'INSERT INTO other SELECT generate_series(1, 5000)',
    )
    const load = await watching
    expect(load?.counted).toBe('captured tables')
    expect((load?.changesPerSecond ?? 0) * ((load?.watchedMs ?? 0) / 1_000)).toBeCloseTo(5_000, 0)
    expect(load?.logBytesPerSecond).toBeGreaterThan(100_000)
    await run(server.url, 'ANALYZE item')
    expect((await source.load?.(1))?.rowBytes).toBeGreaterThan(50)
    await run(server.url, 'DROP TABLE other', 'DELETE FROM item')
  })
})

test('nothing is written, in no table at all, and what is locked while a snapshot is read keeps nobody from reading or writing', async () => {
  await run(server.url, 'INSERT INTO item SELECT n, repeat($$x$$, 2000) FROM generate_series(1, 2000) n')
  const written = async (): Promise<unknown> =>
    (
      await run(
        server.url,
        'SELECT pg_stat_force_next_flush()',
        `SELECT sum(n_tup_ins + n_tup_upd + n_tup_del + n_tup_hot_upd)::text AS rows FROM pg_stat_all_tables`,
      )
    )[0]
  const before = await written()
  const source = open(server.url, { slot: 'safe', snapshotChunkBytes: 64 << 10, bufferBytes: 64 << 10 })
  await source.preflight()
  await source.load?.(1)
  const reading = source.read({ from: null, signal: AbortSignal.timeout(20_000), until: 'current' })[Symbol.asyncIterator]()
  await reading.next()
  const locks = await run(
    server.url,
    `SELECT DISTINCT l.mode FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE a.application_name = 'banyan' AND l.relation = 'item'::regclass`,
  )
  expect(locks).toEqual([{ mode: 'AccessShareLock' }])
  const items = []
  for (let next = await reading.next(); next.done !== true; next = await reading.next()) items.push(next.value)
  source.acknowledge(endOf(items))
  expect(await readCurrent(source, endOf(items))).not.toHaveLength(0)
  await source[Symbol.asyncDispose]()
  await vi.waitFor(async () => {
    expect(await run(server.url, `SELECT FROM pg_stat_activity WHERE application_name = 'banyan'`)).toEqual([])
  }, 10_000)
  expect(await written()).toEqual(before)
  await run(server.url, 'DELETE FROM item', `SELECT pg_drop_replication_slot('safe')`)
})

test('a standby is told, and can be read once the primary has told it where it stands', async () => {
  const standby = await startStandby(server, 18, { hot_standby_feedback: 'off' })
  try {
    const source = open(standby.url, { slot: 'on_standby' })
    const checks = await source.preflight()
    expect(checks.find(({ name }) => name === 'server')).toMatchObject({ verdict: 'warn', found: expect.stringContaining('a standby') })
    expect(checks.find(({ name }) => name === 'hot_standby_feedback')).toMatchObject({ verdict: 'warn' })
    expect(checks.filter(({ verdict }) => verdict === 'refuse')).toEqual([])
    const nudge = setInterval(() => void run(server.url, 'SELECT pg_log_standby_snapshot()').catch(() => undefined), 200)
    try {
      await run(server.url, `INSERT INTO item VALUES (1, 'before')`)
      const first = await readCurrent(source, null)
      await run(server.url, `INSERT INTO item VALUES (2, 'after')`)
      await vi.waitFor(async () => {
        const seen = changesOf([...first, ...(await readCurrent(source, endOf(first)))]).map(({ after }) => after?.['note'])
        expect(seen).toContain('after')
      }, 20_000)
    } finally {
      clearInterval(nudge)
      await source[Symbol.asyncDispose]()
    }
  } finally {
    await standby.stop()
  }
})
