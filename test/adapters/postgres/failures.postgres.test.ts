import pg from 'pg'
import { expect, test } from 'vitest'
import type { PostgresOptions } from '../../../adapters/postgres/change-source.ts'
import { postgres } from '../../../adapters/postgres/change-source.ts'
import { BanyanError } from '../../../src/model/errors.ts'
import { resumeToken } from '../../../src/model/ids.ts'
import type { ChangeSource } from '../../../src/ports/change-source.ts'
import { endOf, readCurrent, readOn } from '../../../src/testing/change-source/harness.ts'
import { startLegacyServer } from '../../support/legacy-server.ts'
import type { PostgresHarness } from '../../support/postgres-harness.ts'
import { startPostgresHarness } from '../../support/postgres-harness.ts'

const failureOf = async (work: Promise<unknown>): Promise<BanyanError> => {
  const error = await work.then(
    () => 'nothing was thrown',
    (reason: unknown) => reason,
  )
  if (!(error instanceof BanyanError)) throw error
  expect(`${error.message} ${error.hint} ${error.where}`).not.toMatch(/postgres:postgres|hunter2/)
  return error
}

const sql = async (harness: PostgresHarness, text: string): Promise<void> => {
  await using session = await harness.session()
  await session.run(text)
}

const refusal = async (source: ChangeSource): Promise<BanyanError> => {
  const error = await failureOf(readCurrent(source, null))
  await source[Symbol.asyncDispose]()
  return error
}

const started = async (
  harness: PostgresHarness,
): Promise<{ readonly source: ChangeSource; readonly token: ReturnType<typeof resumeToken> }> => {
  const source = await harness.open()
  return { source, token: endOf(await readCurrent(source, null)) }
}

test('a server that is not there is unreachable, and worth another try', async () => {
  const url = 'postgres://someone:hunter2@127.0.0.1:1/nothing'
  const source = postgres({ name: 'legacy', url, tables: ['t'] })
  expect(await failureOf(readCurrent(source, null))).toMatchObject({
    code: 'source-unreachable',
    retryable: true,
    where: expect.stringContaining('127.0.0.1:1'),
  })
  expect(await source.preflight()).toMatchObject([{ name: 'connection', verdict: 'refuse' }])
})

test('a wrong password and an unknown database are refused', async () => {
  await using harness = await startPostgresHarness()
  const wrong = new URL(harness.url)
  wrong.pathname = '/no_such_database'
  expect(await refusal(harness.openWith({ url: wrong.href }))).toMatchObject({ code: 'source-refused' })
})

test('an unknown table is refused with near names', async () => {
  await using harness = await startPostgresHarness()
  expect(await refusal(harness.openWith({ tables: ['acount', 'pair'] }))).toMatchObject({
    code: 'source-preflight',
    message: expect.stringContaining('acount'),
    hint: expect.stringContaining('account'),
  })
})

test('a missing publication is refused with the SQL that makes it', async () => {
  await using harness = await startPostgresHarness()
  const source = harness.openWith({ createPublication: false })
  const error = await refusal(source)
  expect(error).toMatchObject({ code: 'source-preflight' })
  await sql(harness, error.hint)
  expect((await readCurrent(harness.openWith({ createPublication: false }), null)).length).toBeGreaterThan(0)
})

test('a publication without one of the tables, or without deletes, is refused with the SQL that mends it', async () => {
  await using harness = await startPostgresHarness()
  await sql(harness, `CREATE PUBLICATION ${harness.schema} FOR TABLE account WITH (publish = 'insert, update')`)
  for (let mend = 0; mend < 2; mend += 1) await sql(harness, (await refusal(await harness.open())).hint)
  expect((await readCurrent(await harness.open(), null)).length).toBeGreaterThan(0)
})

test('a table whose updates would fail is refused before a publication exists', async () => {
  await using harness = await startPostgresHarness()
  await sql(harness, 'CREATE TABLE keyless (id int, n int)')
  expect(await refusal(harness.openWith({ tables: ['keyless'] }))).toMatchObject({
    code: 'source-preflight',
    hint: expect.stringContaining('REPLICA IDENTITY FULL'),
  })
  await sql(harness, 'INSERT INTO keyless VALUES (1, 1); UPDATE keyless SET n = 2')
})

test('a generated column under REPLICA IDENTITY FULL is refused: the server would reject updates', async () => {
  await using harness = await startPostgresHarness()
  await sql(harness, 'ALTER TABLE pair ADD twice int GENERATED ALWAYS AS (no * 2) STORED; ALTER TABLE pair REPLICA IDENTITY FULL')
  expect(await refusal(await harness.open())).toMatchObject({ code: 'source-preflight', message: expect.stringContaining('twice') })
})

test('a role without REPLICATION, or without SELECT, lacks a privilege', async () => {
  await using harness = await startPostgresHarness()
  const role = `role_${harness.slot}`
  await sql(
    harness,
    `CREATE ROLE ${role} LOGIN PASSWORD 'hunter2'; GRANT USAGE ON SCHEMA ${harness.schema} TO ${role}; CREATE PUBLICATION ${harness.schema} FOR TABLE account, pair`,
  )
  const url = new URL(harness.url)
  url.username = role
  url.password = 'hunter2'
  const options: Partial<PostgresOptions> = { url: url.href, createPublication: false }
  expect(await refusal(harness.openWith(options))).toMatchObject({ code: expect.stringMatching(/^source-(privilege|refused)$/) })
  const checks = await harness.openWith(options).preflight()
  expect(checks.filter((check) => check.verdict === 'refuse').map((check) => check.name)).toEqual(['role', 'table account', 'table pair'])
  await sql(harness, `ALTER ROLE ${role} REPLICATION`)
  expect(await refusal(harness.openWith(options))).toMatchObject({
    code: 'source-privilege',
    hint: expect.stringContaining('GRANT SELECT'),
  })
  await sql(harness, `GRANT SELECT ON ALL TABLES IN SCHEMA ${harness.schema} TO ${role}`)
  expect((await readCurrent(harness.openWith(options), null)).length).toBeGreaterThan(0)
})

test('a server without logical WAL is refused with the setting', async () => {
  const server = await startLegacyServer({ settings: { wal_level: 'replica' } })
  try {
    const client = new pg.Client({ connectionString: server.url })
    await client.connect()
    await client.query('CREATE TABLE t (id int PRIMARY KEY)')
    await client.end()
    const source = postgres({ name: 'legacy', url: server.url, tables: ['t'] })
    expect(await failureOf(readCurrent(source, null))).toMatchObject({
      code: 'source-preflight',
      hint: expect.stringContaining('wal_level = logical'),
    })
  } finally {
    await server.stop()
  }
})

test('a slot in use is waited for, then refused', async () => {
  await using harness = await startPostgresHarness()
  const { source, token } = await started(harness)
  const reading = readOn(source, token)
  await reading.items.next()
  await using second = harness.openWith({ slotWaitMs: 100 })
  expect(await failureOf(readCurrent(second, token))).toMatchObject({ code: 'source-slot-in-use' })
  await using patient = harness.openWith({ slotWaitMs: 5000 })
  const waiting = readCurrent(patient, token)
  reading.stop()
  await reading.items.return?.()
  await expect(waiting).resolves.toBeDefined()
  await source[Symbol.asyncDispose]()
})

test('a slot that is gone is lost, and is not made anew behind a position', async () => {
  await using harness = await startPostgresHarness()
  const { source, token } = await started(harness)
  await source[Symbol.asyncDispose]()
  await sql(harness, `SELECT pg_drop_replication_slot('${harness.slot}')`)
  expect(await failureOf(readCurrent(await harness.open(), token))).toMatchObject({ code: 'source-slot-lost' })
})

test('a slot beyond the token has lost the position: the server would skip without a word', async () => {
  await using harness = await startPostgresHarness()
  const { source, token } = await started(harness)
  await sql(harness, 'insert into account (id) values (1)')
  source.acknowledge(endOf(await readCurrent(source, token)))
  await source[Symbol.asyncDispose]()
  expect(await failureOf(readCurrent(await harness.open(), token))).toMatchObject({ code: 'source-position-lost' })
})

test('a token of another server, or of another kind of source, is refused', async () => {
  await using harness = await startPostgresHarness()
  const { source } = await started(harness)
  expect(await failureOf(readCurrent(source, resumeToken('pg1t1:stream:0/1')))).toMatchObject({ code: 'source-epoch-changed' })
  expect(await failureOf(readCurrent(source, resumeToken('nonsense')))).toMatchObject({ code: 'source-position-lost' })
  await source[Symbol.asyncDispose]()
})

test('a connection that is cut in mid-stream is unreachable where it may not be tried again, and the next read goes on', async () => {
  await using harness = await startPostgresHarness({ source: { reconnectForMs: 0 } })
  const { source, token } = await started(harness)
  const reading = readOn(source, token)
  await reading.items.next()
  await sql(harness, `SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = '${harness.slot}'`)
  const rest = (async () => {
    for (let next = await reading.items.next(); next.done !== true; next = await reading.items.next());
  })()
  expect(await failureOf(rest)).toMatchObject({ code: 'source-unreachable', retryable: true })
  await sql(harness, 'insert into account (id) values (1)')
  expect((await readCurrent(source, token)).filter((item) => item.kind === 'transaction')).toHaveLength(1)
  await source[Symbol.asyncDispose]()
})

test('preflight changes nothing', async () => {
  await using harness = await startPostgresHarness()
  await using source = await harness.open()
  const checks = await source.preflight()
  expect(checks.filter((check) => check.verdict === 'refuse')).toEqual([])
  await sql(harness, `CREATE PUBLICATION ${harness.schema} FOR TABLE account`)
  await sql(harness, `SELECT pg_create_logical_replication_slot('${harness.slot}', 'pgoutput')`)
})
