import { expect, test } from 'vitest'
import type { SourceItem } from '../../../../src/model/change-event.ts'
import { epochMs, position, resumeToken } from '../../../../src/model/ids.ts'
import { batches } from '../../../../src/pipeline/capture/batches.ts'

const item = (n: number): SourceItem => ({ kind: 'progress', token: resumeToken(String(n)), position: position(String(n)), at: epochMs(n) })

async function* counting(total: number, pulled: { count: number }): AsyncGenerator<SourceItem, undefined> {
  for (let n = 0; n < total; n++) {
    pulled.count = n + 1
    yield item(n)
  }
}

test('everything arrives once and in order', async () => {
  const seen: string[] = []
  for await (const batch of batches(counting(1_000, { count: 0 }), 64)) seen.push(...batch.map((one) => one.token))
  expect(seen).toEqual(Array.from({ length: 1_000 }, (_, n) => String(n)))
})

test('reads no further ahead than the limit while the consumer is busy', async () => {
  const pulled = { count: 0 }
  const stream = batches(counting(10_000, pulled), 10)
  const first = await stream.next()
  await new Promise((resolve) => setTimeout(resolve, 20))
  const taken = first.done === true ? 0 : first.value.length
  expect(pulled.count).toBeLessThanOrEqual(taken + 11)
  await stream.return(undefined)
})

test('a batch grows while the consumer is busy', async () => {
  const sizes: number[] = []
  for await (const batch of batches(counting(500, { count: 0 }), 100)) {
    sizes.push(batch.length)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  expect(sizes.length).toBeLessThan(20)
})

test('what came before a failure is delivered before it is thrown', async () => {
  async function* failing(): AsyncGenerator<SourceItem, undefined> {
    yield item(1)
    await Promise.resolve()
    return Promise.reject(new RangeError('gone'))
  }
  const seen: number[] = []
  const consume = async (): Promise<void> => {
    for await (const batch of batches(failing(), 10)) seen.push(batch.length)
  }
  await expect(consume()).rejects.toThrow('gone')
  expect(seen.reduce((sum, size) => sum + size, 0)).toBe(1)
})
