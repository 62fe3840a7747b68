import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { connect, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { FaultProxy } from './fault-proxy.ts'
import { startFaultProxy } from './fault-proxy.ts'

interface Line extends AsyncDisposable {
  readonly proxy: FaultProxy
  readonly client: Socket
  readonly ends: string[]
  readonly heard: () => string
}

/** An echo behind a proxy. */
const openLine = async (): Promise<Line> => {
  const echo = createServer((socket) => {
    socket.on('error', () => ends.push('server'))
    socket.pipe(socket)
  })
  const ends: string[] = []
  echo.listen(0, '127.0.0.1')
  await once(echo, 'listening')
  const proxy = await startFaultProxy({ host: '127.0.0.1', port: (echo.address() as AddressInfo).port })
  const client = connect({ host: '127.0.0.1', port: proxy.port })
  let heard = ''
  client.on('data', (bytes) => (heard += String(bytes)))
  client.on('error', () => ends.push('client'))
  await once(client, 'connect')
  client.write('a')
  await expect.poll(() => heard).toBe('a')
  return {
    proxy,
    client,
    ends,
    heard: () => heard,
    [Symbol.asyncDispose]: async () => {
      client.destroy()
      proxy.close()
      echo.close()
    },
  }
}

test('a cut resets both sides', async () => {
  await using line = await openLine()
  line.proxy.cut()
  await expect.poll(() => line.ends.toSorted()).toEqual(['client', 'server'])
  expect(line.proxy.connections()).toBe(0)
})

test('of a half-open connection the client hears nothing, and a new one works', async () => {
  await using line = await openLine()
  line.proxy.halfOpen()
  await expect.poll(() => line.ends).toEqual(['server'])
  line.client.write('b')
  await sleep(50)
  expect(line.heard()).toBe('a')
  expect(line.client.destroyed).toBe(false)
  const second = connect({ host: '127.0.0.1', port: line.proxy.port })
  second.write('c')
  const [bytes] = await once(second, 'data')
  expect(String(bytes)).toBe('c')
  second.destroy()
})

test('what is stalled comes when it goes on; what is delayed comes in order', async () => {
  await using line = await openLine()
  line.proxy.stall()
  line.client.write('b')
  await sleep(50)
  expect(line.heard()).toBe('a')
  line.proxy.goOn()
  await expect.poll(() => line.heard()).toBe('ab')
  line.proxy.delay(30)
  line.client.write('c')
  await sleep(10)
  line.proxy.delay(0)
  line.client.write('d')
  expect(line.heard()).toBe('ab')
  await expect.poll(() => line.heard()).toBe('abcd')
})
