import { expect, test } from 'vitest'
import { epochMs, position, resumeToken, sourceName } from '../../../src/model/ids.ts'
import type { CaptureCursor } from '../../../src/ports/capture-store.ts'
import { watchCapture } from '../../../src/store/captured.ts'

const source = sourceName('shop')
const cursorAt = (at: string): CaptureCursor => ({ token: resumeToken(at), position: position(at), at: epochMs(0), phase: 'stream' })
const [first, second] = [cursorAt('01'), cursorAt('02')]

test('a commit of this process is known without asking', async () => {
  let asked = 0
  const watch = watchCapture(async () => {
    asked += 1
    return first
  })
  watch.committed(source, first)
  expect(await watch.captured(source, null, new AbortController().signal)).toEqual(first)
  expect(asked).toBe(0)
  watch.close()
})

test('where another process went on, nobody is told of an earlier commit again', async () => {
  const watch = watchCapture(async () => second)
  watch.committed(source, first)
  expect(await watch.captured(source, first.position, new AbortController().signal)).toEqual(second)
  expect(await watch.captured(source, second.position, AbortSignal.timeout(20))).toEqual(second)
  watch.close()
})
