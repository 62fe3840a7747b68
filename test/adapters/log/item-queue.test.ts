import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import type { ItemQueue } from '../../../adapters/log/item-queue.ts'
import { itemQueue } from '../../../adapters/log/item-queue.ts'

const queueOf = (highWaterBytes = 100): { readonly queue: ItemQueue<string>; readonly flow: string[] } => {
  const flow: string[] = []
  return { flow, queue: itemQueue<string>({ highWaterBytes, pause: () => flow.push('pause'), resume: () => flow.push('resume') }) }
}

test('items come in order, also to one who waits', async () => {
  const { queue } = queueOf()
  const first = queue.take()
  queue.push('a', 1)
  queue.push('b', 1)
  expect([await first, await queue.take()]).toEqual(['a', 'b'])
})

test('the pusher is paused beyond the mark and resumed at half of it', async () => {
  const { queue, flow } = queueOf(100)
  for (const item of ['a', 'b', 'c']) queue.push(item, 40)
  expect(flow).toEqual(['pause'])
  await queue.take()
  expect(flow).toEqual(['pause'])
  await queue.take()
  expect(flow).toEqual(['pause', 'resume'])
})

test('a newer item replaces the last one only where that is allowed', async () => {
  const { queue } = queueOf()
  queue.push('a', 1)
  queue.replaceLast('b', () => false)
  queue.replaceLast('c', (last) => last === 'b')
  queue.end()
  expect([await queue.take(), await queue.take(), await queue.take()]).toEqual(['a', 'c', null])
})

test('after the end nothing comes in, not even in the place of the last item', async () => {
  const { queue } = queueOf()
  queue.push('a', 1)
  queue.end()
  queue.push('b', 1)
  queue.replaceLast('c', () => true)
  expect([await queue.take(), await queue.take()]).toEqual(['a', null])
})

test('a failure comes after the items before it', async () => {
  const { queue } = queueOf()
  queue.push('a', 1)
  queue.fail(new TypeError('cut'))
  queue.fail(new TypeError('later'))
  expect(await queue.take()).toBe('a')
  await expect(queue.take()).rejects.toThrow('cut')
})

test('what was taken is let go, also by a queue that is never empty', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const queue = itemQueue<object>({ highWaterBytes: 100, pause: () => {}, resume: () => {} })
  const taken: WeakRef<object>[] = []
  queue.push({}, 1)
  for (let turn = 0; turn < 10_000; turn += 1) {
    queue.push({}, 1)
    taken.push(new WeakRef((await queue.take()) ?? {}))
  }
  await new Promise(setImmediate)
  collect()
  expect(taken.filter((item) => item.deref() !== undefined).length).toBeLessThan(1_000)
})
