import { expect } from 'vitest'
import type { ChangeEvent } from '../../model/change-event.ts'
import type { ContractCase } from './harness.ts'
import { changesOf, startedAfter } from './harness.ts'

const one = (changes: readonly ChangeEvent[]): ChangeEvent | undefined => {
  expect(changes).toHaveLength(1)
  return changes[0]
}

/** What a change says, and what it does not know. */
export const rowCases: readonly ContractCase[] = [
  {
    name: 'a create has the new row and nothing before',
    run: async (harness) => {
      await using started = await startedAfter(harness)
      await started.session.run(`insert into pair (region, no, label) values ('EU', 7, 'x')`)
      expect(one(changesOf(await started.since()))).toMatchObject({
        op: 'create',
        table: 'pair',
        key: '[7,"EU"]',
        before: null,
        beforeKind: 'none',
        after: { region: 'EU', no: 7, label: 'x' },
        omitted: [],
      })
    },
  },
  {
    name: 'a delete keeps the key and invents no other column',
    run: async (harness) => {
      await using started = await startedAfter(harness, { before: [`insert into pair (region, no, label) values ('EU', 7, 'x')`] })
      await started.session.run('delete from pair where no = 7')
      const change = one(changesOf(await started.since()))
      expect(change).toMatchObject({ op: 'delete', key: '[7,"EU"]', after: null })
      const full = change?.beforeKind === 'full'
      expect(change?.before).toEqual(full ? { region: 'EU', no: 7, label: 'x' } : { region: 'EU', no: 7 })
      expect(full || change?.beforeKind === 'key').toBe(true)
    },
  },
  {
    name: 'an update has the whole new row, and says what it knows of the old one',
    run: async (harness) => {
      await using started = await startedAfter(harness, { before: [`insert into pair (region, no, label) values ('EU', 7, 'x')`] })
      await started.session.run(`update pair set label = 'y'`)
      const change = one(changesOf(await started.since()))
      expect(change).toMatchObject({ op: 'update', key: '[7,"EU"]', after: { region: 'EU', no: 7, label: 'y' } })
      expect(change?.before).toEqual(change?.beforeKind === 'full' ? { region: 'EU', no: 7, label: 'x' } : null)
    },
  },
  {
    name: 'a changed key is a delete and a create',
    run: async (harness) => {
      await using started = await startedAfter(harness, { before: [`insert into pair (region, no, label) values ('EU', 7, 'x')`] })
      await started.session.run('update pair set no = 8')
      const changes = changesOf(await started.since())
      expect(changes.map(({ op, key, ordinal }) => [op, key, ordinal])).toEqual([
        ['delete', '[7,"EU"]', 0],
        ['create', '[8,"EU"]', 1],
      ])
      expect(changes[0]?.transaction.count).toBe(2)
      expect(changes[1]?.after).toEqual({ region: 'EU', no: 8, label: 'x' })
    },
  },
  {
    name: 'a truncated table says so',
    run: async (harness) => {
      await using started = await startedAfter(harness, { before: ['insert into account (id) values (1)'] })
      await started.session.run('truncate table account')
      expect(one(changesOf(await started.since()))).toMatchObject({
        op: 'truncate',
        table: 'account',
        key: null,
        before: null,
        after: null,
      })
    },
  },
  {
    name: 'a long value that was not sent is absent and named',
    run: async (harness) => {
      const note = 'long '.repeat(4000)
      await using started = await startedAfter(harness, { before: [`insert into account (id, qty, note) values (1, 1, '${note}')`] })
      await started.session.run('update account set qty = 2')
      const change = one(changesOf(await started.since()))
      expect(change?.omitted).toEqual(['note'])
      expect(change?.after).toMatchObject({ id: 1n, qty: 2 })
      expect(Object.keys(change?.after ?? {})).not.toContain('note')
    },
  },
]
