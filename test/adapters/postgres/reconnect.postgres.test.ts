import { expect, test } from 'vitest'
import { readOnAndOn, upTo } from '../../support/endless-read.ts'
import type { PostgresHarness } from '../../support/postgres-harness.ts'
import { startPostgresHarness } from '../../support/postgres-harness.ts'
import { tcpProxy } from '../../support/tcp-proxy.ts'
import { withPostgresServer } from '../../support/with-postgres-server.ts'

const write = async (harness: PostgresHarness, from: number, to: number): Promise<void> => {
  await using session = await harness.session()
  for (let id = from; id < to; id += 2) await session.run(`insert into account (id) values (${id}), (${id + 1})`)
}

test('connections that are cut again and again lose nothing and double nothing, within one read', async () => {
  await using harness = await startPostgresHarness()
  await using proxy = await tcpProxy(harness.url)
  await using source = harness.openWith({ url: proxy.url })
  const reading = await readOnAndOn(source)
  for (let round = 0; round < 4; round += 1) {
    const writing = write(harness, round * 100, round * 100 + 100)
    await reading.until(round * 100 + 20)
    proxy.cut()
    await writing
  }
  await reading.until(400)
  await reading.stop()
  expect(reading.ids).toEqual(upTo(400))
})

test('a half-open connection is noticed by its silence, and taken up again', async () => {
  await using harness = await startPostgresHarness()
  await using proxy = await tcpProxy(harness.url)
  await using source = harness.openWith({ url: proxy.url, silenceMs: 600, slotWaitMs: 200 })
  const reading = await readOnAndOn(source)
  await write(harness, 0, 20)
  await reading.until(20)
  proxy.stall()
  await write(harness, 20, 40)
  await reading.until(40)
  await reading.stop()
  expect(reading.ids).toEqual(upTo(40))
})

test('what cannot be reached for the declared time ends the read with a clear error', async () => {
  await using harness = await startPostgresHarness()
  await using proxy = await tcpProxy(harness.url)
  await using source = harness.openWith({ url: proxy.url, reconnectForMs: 300 })
  const reading = await readOnAndOn(source)
  await write(harness, 0, 2)
  await reading.until(2)
  proxy.refuse(true)
  proxy.cut()
  await expect(reading.until(3)).rejects.toMatchObject({
    code: 'source-unreachable',
    retryable: true,
    message: expect.stringContaining('tried again for'),
  })
})

await withPostgresServer({}, (server) => {
  test('a server that is stopped and started again, in the midst of a transaction too, is read on', async () => {
    await using harness = await startPostgresHarness({
      serverUrl: server.url,
      settings: '-c debug_logical_replication_streaming=immediate',
    })
    await using source = await harness.open()
    const reading = await readOnAndOn(source)
    await write(harness, 0, 20)
    await using open = await harness.session()
    await open.run('begin')
    await open.run('insert into account (id) values (999)')
    await write(harness, 20, 40)
    await reading.until(40)
    await server.restart()
    await write(harness, 40, 60)
    await reading.until(60)
    await reading.stop()
    expect(reading.ids).toEqual(upTo(60))
  })
})
