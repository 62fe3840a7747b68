import { expect } from 'vitest'
import type { ChangeSource } from '../../src/ports/change-source.ts'
import { changesOf, endOf, readCurrent } from '../../src/testing/change-source/harness.ts'

export interface EndlessRead {
  readonly ids: readonly number[]
  /** Resolves when so many have come. */
  readonly until: (count: number) => Promise<void>
  readonly stop: () => Promise<void>
}

/** One read of the ids of `account` that goes on and on behind the snapshot, acknowledged as it goes. */
export const readOnAndOn = async (source: ChangeSource): Promise<EndlessRead> => {
  const token = endOf(await readCurrent(source, null))
  const ids: number[] = []
  const stop = new AbortController()
  const reading = (async () => {
    for await (const item of source.read({ from: token, signal: stop.signal })) {
      ids.push(...changesOf([item]).map((change) => Number(change.after?.['id'])))
      source.acknowledge(item.token)
    }
  })()
  reading.catch(() => {})
  return {
    ids,
    until: async (count) => {
      await Promise.race([expect.poll(() => ids.length, { timeout: 25_000, interval: 10 }).toBeGreaterThanOrEqual(count), reading])
    },
    stop: () => {
      stop.abort()
      return reading
    },
  }
}

/** The first so many ids. */
export const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, id) => id)
