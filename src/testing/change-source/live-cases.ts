import { expect } from 'vitest'
import type { SourceItem } from '../../model/change-event.ts'
import type { ContractCase } from './harness.ts'
import { endOf, readCurrent, readOn, startedAfter } from './harness.ts'

const nextOf = async (items: AsyncIterator<SourceItem>, kind: SourceItem['kind']): Promise<SourceItem> => {
  for (;;) {
    const next = await items.next()
    if (next.done === true) throw new TypeError(`the source ended before a ${kind}`)
    if (next.value.kind === kind) return next.value
  }
}

/** Bytes that this process holds, whatever it holds them in; `external` has the array buffers in it. Without garbage, where that can be told. */
const heldBytes = (): number => {
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** What only a source that goes on can show. */
export const liveCases: readonly ContractCase[] = [
  {
    name: 'a commit arrives while the reader waits',
    run: async (harness) => {
      await using started = await startedAfter(harness)
      const reading = readOn(started.source, started.token)
      const waiting = nextOf(reading.items, 'transaction')
      await started.session.run('insert into account (id) values (1)')
      expect(await waiting).toMatchObject({ kind: 'transaction' })
      reading.stop()
      expect(await reading.items.next()).toEqual({ done: true, value: undefined })
    },
  },
  {
    name: 'an aborted signal ends a read that waits, without an error',
    run: async (harness) => {
      await using started = await startedAfter(harness)
      const reading = readOn(started.source, started.token)
      await nextOf(reading.items, 'progress')
      const rest = (async () => {
        for (let next = await reading.items.next(); next.done !== true; next = await reading.items.next())
          expect(next.value.kind).toBe('progress')
      })()
      reading.stop()
      await rest
      expect(await readCurrent(started.source, started.token)).not.toHaveLength(0)
    },
  },
  {
    name: 'a read whose signal is aborted already yields nothing',
    run: async (harness) => {
      await using source = await harness.open()
      const items: SourceItem[] = []
      for await (const item of source.read({ from: null, signal: AbortSignal.abort() })) items.push(item)
      expect(items).toEqual([])
    },
  },
  {
    name: 'a second read at the same time is refused',
    run: async (harness) => {
      await using started = await startedAfter(harness)
      const reading = readOn(started.source, started.token)
      await nextOf(reading.items, 'progress')
      await expect(readCurrent(started.source, started.token)).rejects.toMatchObject({ code: 'usage' })
      reading.stop()
      await reading.items.return?.()
    },
  },
  {
    name: 'an idle source tells that time goes on, and its progress can be acknowledged',
    run: async (harness) => {
      await using started = await startedAfter(harness)
      const reading = readOn(started.source, started.token)
      const first = await nextOf(reading.items, 'progress')
      await started.session.run('insert into uncaptured (id) values (1)')
      let last = first
      while (last.kind !== 'progress' || first.kind !== 'progress' || last.at <= first.at || last.position <= first.position) {
        last = await nextOf(reading.items, 'progress')
        started.source.acknowledge(last.token)
      }
      reading.stop()
      await reading.items.return?.()
      await started.session.run('insert into account (id) values (1)')
      const rest = await readCurrent(started.source, last.token)
      expect(rest.filter((item) => item.kind === 'transaction')).toHaveLength(1)
    },
  },
  {
    name: 'a slow consumer is not flooded, and gets everything',
    run: async (harness) => {
      await using started = await startedAfter(harness, { smallBuffers: true })
      const note = 'x'.repeat(1000)
      const transactions = 40
      for (let each = 0; each < transactions; each += 1) {
        const rows = Array.from({ length: 1000 }, (_, index) => `(${each * 1000 + index}, '${note}')`)
        await started.session.run(`insert into account (id, note) values ${rows.join(', ')}`)
      }
      const beforeBytes = heldBytes()
      const reading = readOn(started.source, started.token)
      let most = 0
      let count = 0
      let item = await nextOf(reading.items, 'transaction')
      // Time enough for a source that ignores its consumer to take in all of the 40 MB.
      for (let turn = 0; turn < 25; turn += 1) {
        await new Promise((resolve) => setTimeout(resolve, 20))
        most = Math.max(most, heldBytes() - beforeBytes)
      }
      expect(most).toBeLessThan(16 << 20)
      for (; ; item = await nextOf(reading.items, 'transaction')) {
        if (item.kind === 'transaction') count += item.header.count
        if (count >= transactions * 1000) break
      }
      expect(count).toBe(transactions * 1000)
      reading.stop()
      await reading.items.return?.()
    },
  },
  {
    name: 'writers that never stop do not keep a read of the present from ending',
    run: async (harness) => {
      await using started = await startedAfter(harness)
      let writing = true
      const writes = (async () => {
        for (let id = 0; writing; id += 1) await started.session.run(`insert into account (id) values (${id})`)
      })()
      const token = endOf(await readCurrent(started.source, started.token))
      endOf(await readCurrent(started.source, token))
      writing = false
      await writes
    },
  },
]
