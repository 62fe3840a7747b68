import { expect, test } from 'vitest'
import { retries } from '../../../adapters/log/retries.ts'

const never = new AbortController().signal

/** Tries until it gives up, and tells the waits; each failure itself takes no time. */
const waitsOf = async (forMs: number, random: () => number): Promise<readonly number[]> => {
  const waits: number[] = []
  let nowMs = 0
  const sleep = async (ms: number): Promise<void> => {
    waits.push(ms)
    nowMs += ms
  }
  const again = retries({ forMs, random, nowMs: () => nowMs, sleep })
  while (await again.wait(never));
  return waits
}

test('waits double up to a bound, and the last try is made when the declared time is over', async () => {
  const waits = await waitsOf(60_000, () => 1)
  expect(waits.slice(0, 9)).toEqual([200, 400, 800, 1600, 3200, 6400, 12_800, 15_000, 15_000])
  expect(waits.reduce((sum, wait) => sum + wait)).toBe(60_000)
})

test('each wait is drawn from the whole of its span', async () => {
  let drawn = 0
  const waits = await waitsOf(2000, () => [0, 0.5, 0.25][drawn++ % 3] ?? 0)
  expect(waits.slice(0, 3)).toEqual([0, 200, 200])
})

test('zero is no try at all', async () => {
  expect(await waitsOf(0, () => 1)).toEqual([])
})

test('a success begins the time anew', async () => {
  let nowMs = 0
  const again = retries({ forMs: 100, nowMs: () => nowMs, sleep: async () => {} })
  expect(await again.wait(never)).toBe(true)
  nowMs = 99
  again.succeeded()
  nowMs = 150
  expect(await again.wait(never)).toBe(true)
  nowMs = 250
  expect(await again.wait(never)).toBe(false)
})

test('an aborted signal ends the wait at once', async () => {
  const stop = new AbortController()
  const again = retries({ forMs: 60_000, random: () => 1 })
  const waiting = again.wait(stop.signal)
  stop.abort()
  expect(await waiting).toBe(false)
})
