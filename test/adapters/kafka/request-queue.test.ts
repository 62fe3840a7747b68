import { createRequire } from 'node:module'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { quietRequestQueue } from '../../../adapters/kafka/request-queue.ts'

interface Sent {
  readonly entry: { readonly apiKey: number; readonly correlationId: number; readonly resolve: () => void; readonly reject: () => void }
  readonly expectResponse: boolean
  readonly requestTimeout: number
  readonly sendRequest: () => void
}

interface Queue {
  readonly push: (sent: Sent) => void
  readonly fulfillRequest: (answered: { readonly correlationId: number; readonly payload: Buffer; readonly size: number }) => void
  readonly checkPendingRequests: () => void
  readonly maybeThrottle: (ms: number) => void
  readonly destroy: () => void
}

const queueClass = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as new (options: unknown) => Queue

const openQueue = (): Queue => {
  const logger = { debug: () => undefined, namespace: () => logger }
  return new queueClass({
    maxInFlightRequests: 1,
    requestTimeout: 30_000,
    enforceRequestTimeout: false,
    clientId: 'test',
    broker: 'b',
    logger,
    isConnected: () => true,
  })
}

const request = (correlationId: number, sent: number[]): Sent => ({
  entry: { apiKey: 0, correlationId, resolve: () => undefined, reject: () => undefined },
  expectResponse: true,
  requestTimeout: 30_000,
  sendRequest: () => void sent.push(correlationId),
})

test('a queue in which nothing waits sets no timer, and warns of none', async () => {
  quietRequestQueue()
  const warnings: string[] = []
  const warned = (warning: Error): void => void warnings.push(warning.name)
  process.on('warning', warned)
  const queue = openQueue()
  let looks = 0
  const look = queue.checkPendingRequests.bind(queue)
  Object.assign(queue, {
    checkPendingRequests: () => {
      looks += 1
      look()
    },
  })
  const sent: number[] = []
  queue.push(request(1, sent))
  queue.fulfillRequest({ correlationId: 1, payload: Buffer.alloc(0), size: 0 })
  await sleep(50)
  process.off('warning', warned)
  expect([sent, looks, warnings]).toEqual([[1], 1, []])
})

test('what waits is sent when it may be: behind an answer, and when the brokers no longer hold us back', async () => {
  quietRequestQueue()
  const queue = openQueue()
  const sent: number[] = []
  for (const id of [1, 2]) queue.push(request(id, sent))
  expect(sent).toEqual([1])
  queue.fulfillRequest({ correlationId: 1, payload: Buffer.alloc(0), size: 0 })
  expect(sent).toEqual([1, 2])
  queue.fulfillRequest({ correlationId: 2, payload: Buffer.alloc(0), size: 0 })
  queue.maybeThrottle(30)
  queue.push(request(3, sent))
  expect(sent).toEqual([1, 2])
  await expect.poll(() => sent).toEqual([1, 2, 3])
  queue.destroy()
})
