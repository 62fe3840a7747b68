import { expect } from 'vitest'
import type { SourceItem } from '../../model/change-event.ts'
import type { ContractCase } from './harness.ts'
import { changesOf, startedAfter, transactionsOf } from './harness.ts'

const ids = (items: readonly SourceItem[]): readonly unknown[] => changesOf(items).map((change) => change.after?.['id'])

/** Whole transactions, in commit order, each change with an identity of its own. */
export const orderCases: readonly ContractCase[] = [
  {
    name: 'transactions come whole and in commit order',
    run: async (harness) => {
      await using started = await startedAfter(harness)
      await using other = await harness.session()
      const { session } = started
      await session.run('begin')
      await session.run('insert into account (id) values (1)')
      await other.run('begin')
      await other.run('insert into account (id) values (2)')
      await session.run('insert into account (id) values (3)')
      await other.run('commit')
      await session.run('insert into account (id) values (4)')
      await session.run('commit')
      const items = transactionsOf(await started.since())
      expect(items.map((item) => [...item.changes()].map((change) => change.after?.['id']))).toEqual([[2n], [1n, 3n, 4n]])
      expect(items.map((item) => item.header.count)).toEqual([1, 3])
    },
  },
  {
    name: 'a rolled back transaction never appears',
    run: async (harness) => {
      await using started = await startedAfter(harness)
      await started.session.run('begin')
      await started.session.run('insert into account (id) values (1)')
      await started.session.run('rollback')
      await started.session.run('insert into account (id) values (2)')
      expect(ids(await started.since())).toEqual([2n])
    },
  },
  {
    name: 'every change has an identity of its own, also in one statement',
    run: async (harness) => {
      await using started = await startedAfter(harness)
      await started.session.run('insert into account (id) values (1), (2), (3)')
      await started.session.run('insert into account (id) values (4), (5)')
      const changes = changesOf(await started.since())
      expect(changes.map((change) => change.ordinal)).toEqual([0, 1, 2, 0, 1])
      expect(new Set(changes.map((change) => `${change.transaction.position}#${change.ordinal}`)).size).toBe(5)
    },
  },
  {
    name: 'positions grow as text, and progress never goes back',
    run: async (harness) => {
      await using started = await startedAfter(harness)
      for (let id = 0; id < 20; id += 1) await started.session.run(`insert into account (id) values (${id})`)
      const items = await started.since()
      const positions = items.map((item) => (item.kind === 'progress' ? item.position : item.header.position))
      expect(positions).toEqual(positions.toSorted())
      const commits = transactionsOf(items).map((item) => item.header.position)
      expect(new Set(commits).size).toBe(20)
      expect(commits.every((position) => position.includes(':'))).toBe(true)
    },
  },
  {
    name: 'the same commit has the same position and token in every read',
    run: async (harness) => {
      await using started = await startedAfter(harness)
      await started.session.run('insert into account (id) values (1)')
      await started.session.run('insert into account (id) values (2)')
      const first = transactionsOf(await started.since())
      const second = transactionsOf(await started.since())
      expect(first).toHaveLength(2)
      expect(second.map(({ header, token }) => [header.position, token])).toEqual(
        first.map(({ header, token }) => [header.position, token]),
      )
    },
  },
  {
    name: 'changes of a transaction can be looked at again and again',
    run: async (harness) => {
      await using started = await startedAfter(harness)
      await started.session.run('insert into account (id) values (1), (2)')
      const [transaction] = transactionsOf(await started.since())
      expect([...(transaction?.changes() ?? [])]).toHaveLength(2)
      expect([...(transaction?.changes() ?? [])]).toEqual([...(transaction?.changes() ?? [])])
      const [first] = transaction?.changes() ?? []
      expect(first?.transaction).toBe(transaction?.header)
    },
  },
  {
    name: 'a large transaction is whole, and can be looked at again and again',
    run: async (harness) => {
      await using started = await startedAfter(harness, { smallBuffers: true })
      await started.session.run('begin')
      for (let from = 0; from < 6000; from += 500) {
        const rows = Array.from({ length: 500 }, (_, index) => `(${from + index}, 'a note of some length ${from + index}')`)
        await started.session.run(`insert into account (id, note) values ${rows.join(', ')}`)
      }
      await started.session.run('commit')
      await started.session.run('insert into account (id) values (-1)')
      const transactions = transactionsOf(await started.since())
      expect(transactions.map((each) => each.header.count)).toEqual([6000, 1])
      for (let look = 0; look < 2; look += 1) {
        let next = 0
        for (const change of transactions[0]?.changes() ?? []) {
          if (change.ordinal !== next || change.after?.['id'] !== BigInt(next)) expect(change).toMatchObject({ ordinal: next })
          next += 1
        }
        expect(next).toBe(6000)
      }
    },
  },
  {
    name: 'changes of other tables are not there, and not counted',
    run: async (harness) => {
      await using started = await startedAfter(harness)
      await started.session.run('insert into uncaptured (id) values (1)')
      await started.session.run('begin')
      await started.session.run('insert into uncaptured (id) values (2)')
      await started.session.run('insert into account (id) values (1)')
      await started.session.run('insert into uncaptured (id) values (3)')
      await started.session.run('commit')
      const transactions = transactionsOf(await started.since())
      expect(transactions.map((each) => each.header.count)).toEqual([1])
      expect(changesOf(transactions).map(({ table, ordinal }) => [table, ordinal])).toEqual([['account', 0]])
    },
  },
]
