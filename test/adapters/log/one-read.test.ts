import { expect, test } from 'vitest'
import { oneRead } from '../../../adapters/log/one-read.ts'
import { epochMs, position, resumeToken, sourceName } from '../../../src/model/ids.ts'

const signal = new AbortController().signal

test('a second read is refused while one goes on, and stopping ends that one', async () => {
  const { read, stop } = oneRead(sourceName('oms'), async function* (options) {
    while (!options.signal.aborted) yield { kind: 'progress', token: resumeToken('1'), position: position('1'), at: epochMs(1) }
  })
  const first = read({ from: null, signal })[Symbol.asyncIterator]()
  expect((await first.next()).done).toBe(false)
  await expect(read({ from: null, signal })[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'usage', where: 'oms' })
  stop()
  expect((await first.next()).done).toBe(true)
  const second = read({ from: null, signal })[Symbol.asyncIterator]()
  expect((await second.next()).done).toBe(false)
})
