import { expect } from 'vitest'
import type { ChangeEvent, SourceItem } from '../../model/change-event.ts'
import type { ResumeToken, TableName } from '../../model/ids.ts'
import { tableName } from '../../model/ids.ts'
import type { ChangeSource } from '../../ports/change-source.ts'
import type { ChangeSourceHarness, ContractCase, LegacySession } from './harness.ts'
import { changesOf, endOf, readCurrent } from './harness.ts'

const account = tableName('account')
const rows = 1500

/** Rows whose `qty` only ever grows, so that an older one shows. */
const filled = async (harness: ChangeSourceHarness): Promise<LegacySession> => {
  const session = await harness.session()
  for (let from = 0; from < rows; from += 500) {
    const values = Array.from({ length: 500 }, (_, index) => `(${from + index}, 0, 'row ${from + index}')`)
    await session.run(`insert into account (id, qty, note) values ${values.join(', ')}`)
  }
  return session
}

/** Writes until it is told to stop. */
const writer = (harness: ChangeSourceHarness): (() => Promise<void>) => {
  let writing = true
  const work = (async () => {
    await using session = await harness.session()
    for (let n = 0; writing; n += 1) {
      await session.run(`update account set qty = qty + 1 where id = ${(n * 7) % rows}`)
      if (n % 5 === 0) await session.run(`delete from account where id = ${(n * 11 + 3) % rows}`)
      if (n % 3 === 0) await session.run(`insert into account (id, qty) values (${10_000 + n}, 0)`)
    }
  })()
  return () => {
    writing = false
    return work
  }
}

/** Reads on with tables asked for, until something has come. */
const readAsking = async (
  source: ChangeSource,
  from: ResumeToken,
  asked: readonly TableName[],
  enough: (item: SourceItem) => boolean,
): Promise<readonly SourceItem[]> => {
  const items: SourceItem[] = []
  const stop = new AbortController()
  for await (const item of source.read({ from, signal: stop.signal, reread: () => asked })) {
    items.push(item)
    if (enough(item)) break
  }
  stop.abort()
  return items
}

const isEnd = (item: SourceItem): boolean => item.kind === 'progress' && item.reread?.includes(account) === true
const isPart = (item: SourceItem): boolean => item.kind === 'transaction' && item.reread === true

const stateOf = (changes: readonly ChangeEvent[]): ReadonlyMap<string, unknown> => {
  const state = new Map<string, unknown>()
  for (const { op, table, key, after } of changes) {
    if (table !== account) continue
    const before = state.get(String(key)) as { readonly qty: number } | undefined
    // Nothing older ever follows something newer.
    if (before !== undefined && after !== null) expect(Number(after['qty'])).toBeGreaterThanOrEqual(before.qty)
    if (op === 'delete') state.delete(String(key))
    else state.set(String(key), after)
  }
  return new Map([...state].sort(([a], [b]) => (a < b ? -1 : 1)))
}

const expectWhole = async (harness: ChangeSourceHarness, items: readonly SourceItem[]): Promise<void> => {
  const all = changesOf(items)
  const places = items.map((item) => (item.kind === 'progress' ? item.position : item.header.position))
  expect(places).toEqual(places.toSorted())
  const ofStream = all.filter((change) => change.op !== 'read' || change.transaction.id.startsWith('again'))
  expect(new Set(ofStream.map(({ transaction, ordinal }) => `${transaction.position}#${ordinal}`)).size).toBe(ofStream.length)
  await using fresh = await harness.open()
  expect(stateOf(all)).toEqual(stateOf(changesOf(await readCurrent(fresh, null))))
}

/** Tables that are read again while the log is followed. */
export const rereadCases: readonly ContractCase[] = [
  {
    name: 'a table that is asked for again comes beside the stream, and nothing older follows something newer',
    run: async (harness) => {
      await using _session = await filled(harness)
      const items: SourceItem[] = []
      {
        await using source = await harness.open({ smallBuffers: true })
        items.push(...(await readCurrent(source, null)))
        const stop = writer(harness)
        items.push(...(await readAsking(source, endOf(items), [account], isEnd)))
        await stop()
        items.push(...(await readCurrent(source, endOf(items))))
      }
      const again = changesOf(items.filter(isPart))
      expect(items.filter(isPart).length).toBeGreaterThan(1)
      expect(again.every(({ op, transaction }) => op === 'read' && transaction.snapshot)).toBe(true)
      expect(new Set(again.map(({ key }) => key)).size).toBe(again.length)
      expect(again.length).toBeGreaterThan(rows / 2)
      await expectWhole(harness, items)
    },
  },
  {
    name: 'one that is interrupted goes on from its token, without being asked for again',
    run: async (harness) => {
      await using session = await filled(harness)
      const items: SourceItem[] = []
      {
        await using source = await harness.open({ smallBuffers: true })
        items.push(...(await readCurrent(source, null)))
        items.push(...(await readAsking(source, endOf(items), [account], isPart)))
        const first = changesOf(items.filter(isPart))
        await session.run('update account set qty = 1 where id < 1000')
        items.push(...(await readAsking(source, endOf(items), [], isEnd)))
        const again = changesOf(items.filter(isPart))
        expect(first.length).toBeLessThan(rows)
        expect(again.length).toBeLessThanOrEqual(rows)
        expect(new Set(again.map(({ key }) => key)).size).toBe(again.length)
        // What only a read has written may be in no file yet, and is waited for.
        await session.run('update account set qty = 2 where id = 5')
        items.push(...(await readCurrent(source, endOf(items))))
      }
      await expectWhole(harness, items)
    },
  },
  {
    name: 'a read that ends has read again what was asked for at its beginning',
    run: async (harness) => {
      await using _session = await filled(harness)
      const items: SourceItem[] = []
      {
        await using source = await harness.open()
        items.push(...(await readCurrent(source, null)))
        const reading = source.read({
          from: endOf(items),
          signal: new AbortController().signal,
          until: 'current',
          reread: () => [account],
        })
        for await (const item of reading) items.push(item)
      }
      expect(items.filter(isEnd)).toHaveLength(1)
      expect(changesOf(items.filter(isPart))).toHaveLength(rows)
      await expectWhole(harness, items)
    },
  },
]
