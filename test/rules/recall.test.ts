import { describe, expect, it } from 'vitest'
import type { RowOf } from '../../rules/recall.ts'
import type { Row } from '../../src/model/value.ts'
import type { MadeChange } from './legacy-transaction.ts'
import { remembered, transaction } from './legacy-transaction.ts'
import type { Oms } from './order-story.ts'
import { both, created, customer, done, header, noRows, row, rule, translator, updated } from './order-story.ts'

describe('rows around a transaction', () => {
  it('asks for all rows that are not in memory in one round, then goes on', () => {
    const tx = transaction([
      { ...created('1'), after: row(header('1', { cust_no: 'C1      ' })) },
      { ...created('2'), after: row(header('2', { cust_no: 'C2      ' })) },
      updated('9', { sts_cd: 'A' }),
    ])
    const needs = both(tx, () => undefined)
    expect(needs).toEqual({
      kind: 'needs',
      keys: [
        { table: 'cust_mst', key: '["C1      "]' },
        { table: 'cust_mst', key: '["C2      "]' },
        { table: 'ord_hdr', key: '["9         "]' },
      ],
    })
    const rows = remembered([customer, { table: 'ord_hdr', key: ['9         '], row: row(header('9')) }])
    expect(done(both(tx, rows)).events.map((event) => event.type)).toEqual(['order.placed', 'order.placed', 'order.released'])
  })

  it('follows a chain of look-ups round by round, though the rule fails in between', () => {
    const chained = rule('order.placed', {
      version: 1,
      owner: 'o',
      when: (tx) => tx.created('ord_hdr'),
      emit: (hdr, { asOf }) => {
        const tier = (asOf('cust_mst', hdr.cust_no) as Oms['cust_mst']).tier_cd.toLowerCase()
        return { key: hdr.ord_no, data: { name: asOf('ord_hdr', tier)?.sts_cd } }
      },
    })
    const fetched = new Set<string>()
    const rows = remembered([customer, { table: 'ord_hdr', key: ['g         '], row: row(header('g', { sts_cd: 'Z' })) }])
    const rowOf: RowOf = (name, key) => (fetched.has(key) ? rows(name, key) : undefined)
    const translate = translator([chained], [])
    const tx = transaction([created('1')])
    let translation = translate(tx, rowOf)
    let rounds = 0
    for (; translation.kind === 'needs'; rounds++) {
      for (const { key } of translation.keys) fetched.add(key)
      translation = translate(tx, rowOf)
    }
    expect(rounds).toBe(2)
    expect(done(translation).events[0]?.data).toEqual({ name: 'Z' })
  })

  it('sees the transaction itself in asOf: last change wins, deletion and truncation too', () => {
    const customerChange = (op: 'update' | 'create', tier: string): MadeChange => ({
      op,
      table: 'cust_mst',
      key: ['C1      '],
      after: { cust_no: 'C1      ', tier_cd: tier, memo: '' },
    })
    const tierWith = (...changes: readonly MadeChange[]): unknown => {
      const [event] = done(both(transaction([created('1'), ...changes]), remembered([customer]))).events
      return (event?.data as { tier?: string } | undefined)?.tier
    }
    expect(tierWith(customerChange('update', 'S'), customerChange('update', 'P'))).toBe('P')
    expect(tierWith({ op: 'delete', table: 'cust_mst', key: ['C1      '] })).toBeUndefined()
    expect(tierWith({ op: 'truncate', table: 'cust_mst' })).toBeUndefined()
    expect(tierWith(customerChange('update', 'S'), { op: 'truncate', table: 'cust_mst' })).toBeUndefined()
    expect(tierWith({ op: 'truncate', table: 'cust_mst' }, customerChange('create', 'N'))).toBe('N')
    expect(tierWith()).toBe('G')
  })

  it('names the changes of this transaction that a look-up found among the causes', () => {
    const tx = transaction([
      created('1'),
      { op: 'update', table: 'cust_mst', key: ['C1      '], after: { cust_no: 'C1      ', tier_cd: 'S', memo: '' } },
    ])
    expect(done(both(tx, noRows)).events[0]?.causes).toEqual([`${tx.header.position}#0`, `${tx.header.position}#1`])
  })

  it('knows the row before an update from the transaction itself, from memory, or from the source', () => {
    const rows = remembered([{ table: 'ord_hdr', key: ['1         '], row: row(header('1')) }])
    const types = (...changes: readonly MadeChange[]): string[] => done(both(transaction(changes), rows)).events.map((event) => event.type)
    expect(types(updated('1', { sts_cd: 'A' }))).toEqual(['order.released'])
    expect(types(updated('1', { sts_cd: 'A' }), updated('1', { sts_cd: 'A' }))).toEqual(['order.released'])
    expect(types(created('2'), updated('2', { sts_cd: 'A' }))).toEqual(['order.placed', 'order.released'])
    expect(types(updated('3', { sts_cd: 'A' }, { before: row(header('3', { sts_cd: 'H' })) }))).toEqual([])
  })

  it('parks the rule when nobody knows whether a column changed', () => {
    const { events, deadLetters } = done(both(transaction([updated('9', { sts_cd: 'A' })]), noRows))
    expect(events).toEqual([])
    expect(deadLetters).toMatchObject([{ part: 'order.released', reason: expect.stringContaining('nobody has its old row') }])
  })

  it('gives deleted rows whole where they are known, else as sent', () => {
    const gone = rule('order.purged', {
      version: 1,
      owner: 'o',
      when: (tx) => tx.deleted('ord_hdr'),
      emit: (hdr) => ({ key: hdr.ord_no, data: { status: hdr.sts_cd } }),
    })
    const translate = translator([gone], [])
    const tx = transaction([{ op: 'delete', table: 'ord_hdr', key: ['1         '], before: { ord_no: '1         ' }, beforeKind: 'key' }])
    expect(translate(tx, () => undefined)).toMatchObject({ kind: 'needs', keys: [{ table: 'ord_hdr' }] })
    const known = remembered([{ table: 'ord_hdr', key: ['1         '], row: row(header('1')) }])
    expect(done(translate(tx, known)).events[0]).toMatchObject({ data: { status: 'N' }, causes: [`${tx.header.position}#0`] })
    expect(done(translate(tx, noRows)).events[0]?.data).toEqual({})
  })

  it('fills columns that the source left out with the value before the change, in this transaction too', () => {
    const memo = rule('customer.changed', {
      version: 1,
      owner: 'o',
      when: (tx) => tx.updated('cust_mst'),
      emit: (one) => ({ key: one.cust_no, data: one.memo }),
    })
    const change = (after: Row, omitted: readonly string[]): MadeChange => ({
      op: 'update',
      table: 'cust_mst',
      key: ['C1      '],
      after,
      omitted,
    })
    const tx = transaction([
      change({ cust_no: 'C1      ', tier_cd: 'A' }, ['memo']),
      change({ cust_no: 'C1      ', tier_cd: 'A', memo: 'new' }, []),
      change({ cust_no: 'C1      ', tier_cd: 'B', memo: 'stale' }, ['memo']),
    ])
    const translate = translator([memo], [])
    expect(translate(tx, () => undefined).kind).toBe('needs')
    expect(done(translate(tx, remembered([customer]))).events.map((event) => event.data)).toEqual(['long', 'new', 'new'])
  })

  it('follows a row whose key changed', () => {
    const moved: MadeChange = {
      op: 'update',
      table: 'cust_mst',
      key: ['C2      '],
      before: { cust_no: 'C1      ' },
      beforeKind: 'key',
      after: { cust_no: 'C2      ', tier_cd: 'G', memo: '' },
    }
    const lookUp = rule('order.placed', {
      version: 1,
      owner: 'o',
      when: (tx) => tx.created('ord_hdr'),
      emit: (hdr, { asOf }) => ({ key: hdr.ord_no, data: [asOf('cust_mst', 'C1') ?? null, asOf('cust_mst', 'C2')?.tier_cd] }),
    })
    expect(done(translator([lookUp], [])(transaction([created('1'), moved]), remembered([customer]))).events[0]?.data).toEqual([null, 'G'])
  })

  it('finds a row by a reference of another type, and none by an empty one', () => {
    const lookUp = rule('order.placed', {
      version: 1,
      owner: 'o',
      when: (tx) => tx.created('ord_hdr'),
      emit: (hdr, { asOf }) => ({
        key: hdr.ord_no,
        data: [asOf('big', null) ?? null, asOf('big', 5 as unknown as bigint)?.name, asOf('cust_mst', 'C1')?.tier_cd],
      }),
    })
    const rows = remembered([customer, { table: 'big', key: [5n], row: { id: 5n, name: 'five' } }])
    expect(done(translator([lookUp], [])(transaction([created('1')]), rows)).events[0]?.data).toEqual([null, 'five', 'G'])
  })

  it('shows changes with the old rows that the log lacks, said to be filled, and leaves what nobody knows', () => {
    const seen = rule('order.seen', {
      version: 1,
      owner: 'o',
      when: (tx) => [{ changes: [...tx.changes('ord_hdr')] }],
      emit: ({ changes }) => ({
        key: 'all',
        data: changes.map(({ beforeKind, before, after }) => [beforeKind, before?.['sts_cd'] ?? null, after?.['sts_cd'] ?? null]),
      }),
    })
    const translate = translator([seen], [])
    const gone: MadeChange = { op: 'delete', table: 'ord_hdr', key: ['1         '], before: { ord_no: '1         ' }, beforeKind: 'key' }
    const tx = transaction([updated('1', { sts_cd: 'A' }), updated('1', { sts_cd: 'C' }), gone, updated('9', { sts_cd: 'A' })])
    expect(translate(tx, () => undefined).kind).toBe('needs')
    const rows = remembered([{ table: 'ord_hdr', key: ['1         '], row: row(header('1')) }])
    expect(done(translate(tx, rows)).events[0]?.data).toEqual([
      ['filled', 'N', 'A'],
      ['filled', 'A', 'C'],
      ['filled', 'C', null],
      ['none', null, 'A'],
    ])
  })
})
