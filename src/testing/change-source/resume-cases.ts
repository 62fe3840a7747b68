import { expect } from 'vitest'
import type { SourceItem } from '../../model/change-event.ts'
import type { ChangeSourceHarness, ContractCase, LegacySession, Started } from './harness.ts'
import { changesOf, endOf, readCurrent, startedAfter, transactionsOf } from './harness.ts'

const ids = (items: readonly SourceItem[]): readonly unknown[] => changesOf(items).map((change) => change.after?.['id'])

/** Two transactions whose rows mix in the log and whose commits meet in it: the end of one is the start of the other. */
const interleave = async (harness: ChangeSourceHarness, session: LegacySession, first: number): Promise<void> => {
  await using other = await harness.session()
  await session.run('begin')
  await other.run('begin')
  await session.run(`insert into account (id) values (${first})`)
  await other.run(`insert into account (id) values (${first + 1})`)
  await Promise.all([session.run('commit'), other.run('commit')])
}

const interleaved = async (harness: ChangeSourceHarness, started: Started): Promise<readonly SourceItem[]> => {
  for (let pair = 0; pair < 5; pair += 1) await interleave(harness, started.session, pair * 2)
  return transactionsOf(await started.since())
}

/** Nothing is lost and nothing comes twice, wherever a reader stops and whatever it has acknowledged. */
export const resumeCases: readonly ContractCase[] = [
  {
    name: 'reading goes on from every token without loss or double',
    run: async (harness) => {
      await using started = await startedAfter(harness)
      const all = await interleaved(harness, started)
      expect(ids(all).toSorted()).toEqual([0n, 1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n])
      for (const [index, item] of all.entries()) {
        expect(ids(await readCurrent(started.source, item.token))).toEqual(ids(all.slice(index + 1)))
      }
    },
  },
  {
    name: 'an acknowledgement covers its transaction and not a byte more',
    run: async (harness) => {
      await using session = await harness.session()
      let source = await harness.open()
      let token = endOf(await readCurrent(source, null))
      for (let pair = 0; pair < 5; pair += 1) await interleave(harness, session, pair * 2)
      const all = transactionsOf(await readCurrent(source, token))
      for (const [index, item] of all.entries()) {
        // In the middle of reading, so that the source has received more than it is told to forget.
        for await (const each of source.read({ from: token, signal: new AbortController().signal, until: 'current' })) {
          if (each.kind === 'transaction') {
            source.acknowledge(each.token)
            break
          }
        }
        token = item.token
        await source[Symbol.asyncDispose]()
        source = await harness.open()
        expect(ids(await readCurrent(source, token))).toEqual(ids(all.slice(index + 1)))
      }
      await source[Symbol.asyncDispose]()
    },
  },
  {
    name: 'what was not acknowledged comes again',
    run: async (harness) => {
      await using started = await startedAfter(harness)
      started.source.acknowledge(started.token)
      await interleaved(harness, started)
      const first = ids(await started.since())
      await started.source[Symbol.asyncDispose]()
      await using again = await harness.open()
      expect(ids(await readCurrent(again, started.token))).toEqual(first)
      expect(first).toHaveLength(10)
    },
  },
  {
    name: 'acknowledging again, or something older, does no harm',
    run: async (harness) => {
      await using started = await startedAfter(harness)
      const all = await interleaved(harness, started)
      const third = all[2]?.token ?? started.token
      for (const token of [third, third, all[0]?.token ?? third]) started.source.acknowledge(token)
      await started.source[Symbol.asyncDispose]()
      await using again = await harness.open()
      expect(ids(await readCurrent(again, third))).toEqual(ids(all.slice(3)))
    },
  },
  {
    name: 'what commits between two reads is in the second',
    run: async (harness) => {
      await using started = await startedAfter(harness)
      let token = started.token
      const seen: unknown[] = []
      for (let id = 0; id < 5; id += 1) {
        await started.session.run(`insert into account (id) values (${id})`)
        const items = await readCurrent(started.source, token)
        seen.push(...ids(items))
        token = endOf(items)
        started.source.acknowledge(token)
      }
      expect(seen).toEqual([0n, 1n, 2n, 3n, 4n])
    },
  },
]
