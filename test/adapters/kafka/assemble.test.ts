import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { KafkaOptions } from '../../../adapters/kafka/options.ts'
import type { LegacyTransaction, SourceItem } from '../../../src/model/change-event.ts'
import type { ResumeToken } from '../../../src/model/ids.ts'
import { postgresSource } from './debezium-samples.ts'
import type { Row, Topics } from './scripted-client.ts'
import { commit, scriptedClient, scriptedSource, write } from './scripted-client.ts'

interface Reading {
  readonly from?: ResumeToken
  readonly order?: (names: readonly string[]) => readonly string[]
  readonly options?: Partial<KafkaOptions>
  readonly notices?: string[]
}

const readAll = async (topics: Topics, { from, order, options = {}, notices = [] }: Reading = {}): Promise<readonly SourceItem[]> => {
  const items: SourceItem[] = []
  const source = scriptedSource(scriptedClient(topics, order), options)
  const signal = AbortSignal.timeout(60_000)
  for await (const item of source.read({ from: from ?? null, signal, until: 'current', onNotice: (text) => notices.push(text) }))
    items.push(item)
  return items
}

const transactions = (items: readonly SourceItem[]): readonly LegacyTransaction[] => items.filter((item) => item.kind === 'transaction')

/** Ids of the rows, transaction by transaction. */
const idsOf = (items: readonly SourceItem[]): readonly (readonly number[])[] =>
  transactions(items).map((item) => [...item.changes()].map(({ after }) => Number(after?.['id'])))

const snapshotRow = (topics: Topics, name: string, id: number, snapshot: string, { lsn } = postgresSource): void =>
  write(
    topics,
    `p.inv.${name}`,
    { before: null, after: { id }, source: { ...postgresSource, lsn, table: name, snapshot }, transaction: null, op: 'r', ts_ms: 1 },
    { key: { id } },
  )

describe('transactions over topics and partitions', () => {
  const commits = fc.array(
    fc.array(fc.record({ table: fc.constantFrom('t', 'u', 'uncaptured'), partition: fc.nat(2) }), { minLength: 1, maxLength: 6 }),
    { minLength: 1, maxLength: 12 },
  )

  test('come whole, in the order of their commits, whatever comes first; and from every token on', { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(commits, fc.infiniteStream(fc.nat(100)), async (made, luck) => {
        const topics: Topics = {}
        const expected: number[][] = []
        made.forEach((rows, place) => {
          const numbered: Row[] = rows.map((row, at) => ({ ...row, id: 10 * (place + 1) + at }))
          commit(topics, 1000 * (place + 1), numbered)
          expected.push(numbered.filter((row) => row.table !== 'uncaptured').map((row) => row.id))
        })
        const whole = expected.filter((ids) => ids.length > 0)
        const order = (names: readonly string[]): readonly string[] => {
          const shift = (luck.next().value ?? 0) % Math.max(1, names.length)
          return [...names.slice(shift), ...names.slice(0, shift)]
        }
        const items = await readAll(topics, { order })
        expect(idsOf(items)).toEqual(whole)
        const positions = transactions(items).map((item) => item.header.position)
        expect(positions).toEqual([...new Set(positions)].toSorted())
        expect(transactions(items).map((item) => item.header.count)).toEqual(whole.map((ids) => ids.length))
        const index = (luck.next().value ?? 0) % Math.max(1, whole.length)
        const token = transactions(items)[index]?.token
        if (token !== undefined) expect(idsOf(await readAll(topics, { from: token, order }))).toEqual(whole.slice(index + 1))
        expect(idsOf(await readAll(topics, { from: items.at(-1)?.token ?? ('' as ResumeToken), order }))).toEqual([])
        expect(idsOf(await readAll(topics, { order, options: { spoolThresholdBytes: 0 } }))).toEqual(whole)
      }),
      { numRuns: process.env['BANYAN_SOAK'] === undefined ? 25 : 3000 },
    )
  })

  test('what was not ended when the read began is left for the next', async () => {
    const topics: Topics = {}
    commit(topics, 1000, [{ id: 1 }])
    commit(topics, 2000, [{ id: 2 }, { id: 3 }], { to: 1, ends: false })
    const first = await readAll(topics)
    expect(idsOf(first)).toEqual([[1]])
    commit(topics, 2000, [{ id: 2 }, { id: 3 }], { from: 1 })
    expect(idsOf(await readAll(topics, { from: first.at(-1)?.token ?? ('' as ResumeToken) }))).toEqual([[2, 3]])
  })
})

describe('a connector that was started again', () => {
  test('writes whole commits again: they are known', async () => {
    const topics: Topics = {}
    for (const end of [1000, 2000, 3000]) commit(topics, end, [{ id: end }, { id: end + 1, table: 'u' }])
    for (const end of [2000, 3000, 4000]) commit(topics, end, [{ id: end }, { id: end + 1, table: 'u' }])
    const items = await readAll(topics)
    expect(idsOf(items)).toEqual([1000, 2000, 3000, 4000].map((end) => [end, end + 1]))
    const [, second] = transactions(items)
    expect(idsOf(await readAll(topics, { from: second?.token ?? ('' as ResumeToken) }))).toEqual([3000, 4000].map((end) => [end, end + 1]))
  })

  test('in the middle of a commit, before its end and behind it', async () => {
    const rows = [1, 2, 3, 4, 5].map((id) => ({ id }))
    const topics: Topics = {}
    commit(topics, 1000, rows, { to: 3, ends: false })
    commit(topics, 1000, rows, { from: 1 })
    commit(topics, 1000, rows, { from: 3 })
    commit(topics, 2000, [{ id: 9 }])
    expect(idsOf(await readAll(topics))).toEqual([[1, 2, 3, 4, 5], [9]])
  })

  test('on another database: refused', async () => {
    const topics: Topics = {}
    for (const end of [1000, 5000]) commit(topics, end, [{ id: end }])
    for (const end of [3000, 4000, 6000]) commit(topics, end, [{ id: end }])
    await expect(readAll(topics)).rejects.toMatchObject({ code: 'source-epoch-changed' })
  })
})

describe('changes that are not there', () => {
  const withGap = (): Topics => {
    const topics: Topics = {}
    commit(topics, 1000, [{ id: 1 }, { id: 2 }, { id: 3 }], { to: 1, ends: false })
    commit(topics, 1000, [{ id: 1 }, { id: 2 }, { id: 3 }], { from: 2 })
    commit(topics, 2000, [{ id: 4 }])
    return topics
  }

  test('end the read, and say which', async () => {
    await expect(readAll(withGap())).rejects.toMatchObject({
      code: 'source-undecodable',
      message: expect.stringContaining('2 of 3 changes of inv.t in transaction 1000:1000'),
    })
  })

  test('or are done without, where that is wanted', async () => {
    const notices: string[] = []
    expect(idsOf(await readAll(withGap(), { options: { incomplete: 'deliver' }, notices }))).toEqual([[1, 3], [4]])
    expect(notices).toHaveLength(1)
  })

  test('are waited for, and then given up', async () => {
    const topics: Topics = {}
    commit(topics, 1000, [{ id: 1 }, { id: 2 }], { to: 1 })
    await expect(readAll(topics, { options: { transactionWaitMs: 50 } })).rejects.toMatchObject({ code: 'source-undecodable' })
  })
})

describe('snapshots', () => {
  test('come first, table by table, and every commit after all of them', async () => {
    const topics: Topics = {}
    for (const [name, id, flag] of [
      ['u', 1, 'first'],
      ['u', 2, 'true'],
      ['t', 3, 'true'],
      ['t', 4, 'last'],
    ] as const)
      snapshotRow(topics, name, id, flag)
    commit(topics, 1000, [{ id: 5 }])
    const items = transactions(await readAll(topics, { order: (names) => names.toReversed() }))
    expect(idsOf(items)).toEqual([[3, 4], [1, 2], [5]])
    expect(items.map((item) => item.header.snapshot)).toEqual([true, true, false])
    expect(items.flatMap((item) => [...item.changes()].map(({ ordinal }) => ordinal))).toEqual([0, 1, 2, 3, 0])
    expect(
      items[0]?.header.position === items[1]?.header.position && (items[1]?.header.position ?? '') < (items[2]?.header.position ?? ''),
    ).toBe(true)
  })

  test('one that the connector begins anew empties the tables first; rows of the attempt before say nothing then; from every token on', async () => {
    const topics: Topics = {}
    const again = { ...postgresSource, lsn: postgresSource.lsn + 1000 }
    for (const id of [1, 2]) snapshotRow(topics, 't', id, 'true')
    snapshotRow(topics, 'u', 3, 'true')
    for (const id of [2, 4]) snapshotRow(topics, 't', id, 'true', again)
    snapshotRow(topics, 'u', 5, 'last', again)
    commit(topics, again.lsn + 5000, [{ id: 6 }])
    const told = (items: readonly SourceItem[]): readonly string[] =>
      transactions(items).flatMap((item) =>
        [...item.changes()].map(
          ({ ordinal, op, table: name, after }) => `${ordinal} ${op} ${name} ${after === null ? '' : String(after['id'])}`,
        ),
      )
    const items = await readAll(topics)
    const whole = ['0 read t 1', '1 read t 2', '2 truncate t ', '3 truncate u ', '4 read t 2', '5 read t 4', '6 read u 5', '0 create t 6']
    expect(told(items)).toEqual(whole)
    for (const [at, item] of transactions(items).entries())
      expect(told(await readAll(topics, { from: item.token }))).toEqual(whole.slice(told(transactions(items).slice(0, at + 1)).length))
  })

  test('beside the stream: rows in the middle of a commit come with it', async () => {
    const topics: Topics = {}
    commit(topics, 1000, [{ id: 1 }])
    commit(topics, 2000, [{ id: 2 }, { id: 3 }], { to: 1, ends: false })
    snapshotRow(topics, 't', 7, 'incremental')
    commit(topics, 2000, [{ id: 2 }, { id: 3 }], { from: 1 })
    const items = transactions(await readAll(topics))
    expect(idsOf(items)).toEqual([[1], [2, 7, 3]])
    expect(items[1]?.header.count).toBe(3)
  })
})

test('without a transaction topic what stands together in a partition does', async () => {
  const topics: Topics = {}
  commit(topics, 1000, [{ id: 1 }, { id: 2 }])
  commit(topics, 2000, [{ id: 3 }])
  for (const partitions of Object.values(topics))
    for (const records of partitions)
      for (const [index, each] of records.entries())
        records[index] = { ...each, value: Buffer.from(String(each.value).replace(/"transaction":\{[^}]*\}/, '"transaction":null')) }
  const options = { transactionTopic: false }
  const items = await readAll(topics, { options })
  expect(idsOf(items)).toEqual([[1, 2], [3]])
  const [first] = transactions(items)
  expect(idsOf(await readAll(topics, { options, from: first?.token ?? ('' as ResumeToken) }))).toEqual([[3]])
})

test.each([
  ['holds nothing before', 3, 9],
  ['was deleted and made anew', 0, 1],
])('a topic that %s what comes next: refused with the plan', async (_, low, high) => {
  const topics: Topics = {}
  for (const end of [1000, 2000]) commit(topics, end, [{ id: end }])
  const token = (await readAll(topics)).at(-1)?.token ?? ('' as ResumeToken)
  const client = { ...scriptedClient(topics), ranges: async () => [{ topic: 'p.inv.t', partition: 0, low, high }] }
  const reading = scriptedSource(client).read({ from: token, signal: AbortSignal.timeout(60_000), until: 'current' })
  await expect(Array.fromAsync(reading)).rejects.toMatchObject({ code: 'source-position-lost', hint: expect.stringContaining('snapshot') })
})
