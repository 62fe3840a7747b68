import { expect, test, vi } from 'vitest'
import { startMysqlHarness } from '../../support/mysql-harness.ts'
import type { MysqlHarness } from '../../support/mysql-harness.ts'
import { readOnAndOn, upTo } from '../../support/endless-read.ts'
import { tcpProxy } from '../../support/tcp-proxy.ts'
import type { MysqlServer } from '../../../fixtures/services/mysql-server.ts'
import { mysqlRows, openMysql } from '../../../fixtures/services/mysql-server.ts'

const write = async (harness: MysqlHarness, from: number, to: number): Promise<void> => {
  await using session = await harness.session()
  for (let id = from; id < to; id += 2) await session.run(`insert into account (id) values (${id}), (${id + 1})`)
}

const endings = {
  'is killed': async (server: MysqlServer) => server.kill?.(),
  'is shut down': async (server: MysqlServer) => {
    const connection = await openMysql(server.url)
    await mysqlRows(connection, 'SHUTDOWN')
    await vi.waitFor(async () => expect(openMysql(server.url)).rejects.toBeDefined(), { timeout: 20_000, interval: 20 })
    await server.kill?.()
  },
} as const

/** Registers what becomes of a read whose connection breaks. */
export const reconnectCases = (server: MysqlServer): void => {
  test('connections that are cut again and again lose nothing and double nothing, within one read', async () => {
    await using harness = await startMysqlHarness(server)
    await using proxy = await tcpProxy(harness.readerUrl)
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
    await using harness = await startMysqlHarness(server)
    await using proxy = await tcpProxy(harness.readerUrl)
    await using source = harness.openWith({ url: proxy.url, silenceMs: 600 })
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
    await using harness = await startMysqlHarness(server)
    await using proxy = await tcpProxy(harness.readerUrl)
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

  test.skipIf(server.kill === null).each(Object.entries(endings))(
    'a server that %s and started again, with a transaction open and one prepared, is read on',
    async (_, end) => {
      await using harness = await startMysqlHarness(server)
      await using source = harness.openWith({})
      const reading = await readOnAndOn(source)
      await write(harness, 0, 20)
      await using prepared = await harness.session()
      for (const sql of [`xa start 'x'`, 'insert into account (id) values (40)', `xa end 'x'`, `xa prepare 'x'`]) await prepared.run(sql)
      await using open = await harness.session()
      await open.run('begin')
      await open.run('insert into account (id) values (999)')
      await write(harness, 20, 40)
      await reading.until(40)
      await end(server)
      await server.restart()
      await using session = await harness.session()
      await session.run(`xa commit 'x'`)
      await write(harness, 41, 61)
      await reading.until(61)
      await reading.stop()
      expect(reading.ids).toEqual(upTo(61))
    },
  )
}
