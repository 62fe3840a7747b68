import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { KafkaOptions } from '../../../adapters/kafka/options.ts'
import type { LegacyTransaction, SourceItem } from '../../../src/model/change-event.ts'
import type { ResumeToken } from '../../../src/model/ids.ts'
import type { Topics } from './scripted-client.ts'
import { commit, scriptedClient, scriptedSource } from './scripted-client.ts'

const readAll = async (
  topics: Topics,
  from: ResumeToken | null = null,
  options: Partial<KafkaOptions> = {},
): Promise<readonly SourceItem[]> =>
  Array.fromAsync(
    scriptedSource(scriptedClient(topics), { transactionWaitMs: 300, ...options }).read({
      from,
      signal: AbortSignal.timeout(60_000),
      until: 'current',
    }),
  )

const transactions = (items: readonly SourceItem[]): readonly LegacyTransaction[] => items.filter((item) => item.kind === 'transaction')

const idsOf = (item: LegacyTransaction): readonly number[] => [...item.changes()].map(({ after }) => Number(after?.['id']))

const placesIn = (items: readonly SourceItem[]): ReadonlySet<string> =>
  new Set(items.flatMap(({ unreadable = [] }) => unreadable.map(({ where }) => where)))

type Break = 'cut' | 'type' | 'operation'

const broken = (value: Buffer | null, how: Break): Buffer => {
  const text = String(value)
  if (how === 'cut') return Buffer.from(text.slice(0, -5))
  return Buffer.from(how === 'type' ? text.replace(/"after":\{"id":\d+/, '"after":{"id":"x"') : text.replace('"op":"c"', '"op":"x"'))
}

/** Puts what is no record at all before some of them. */
const withIntruders = (topics: Topics, draw: () => boolean): readonly string[] => {
  const places: string[] = []
  for (const [topic, partitions] of Object.entries(topics))
    partitions.forEach((records, partition) => {
      const all = records.flatMap((record) => (draw() ? [{ ...record, key: null, value: Buffer.from('hello') }, record] : [record]))
      all.forEach((each, offset) => {
        if (String(each.value) === 'hello') places.push(`${topic}[${partition}] at offset ${offset}`)
      })
      partitions[partition] = all.map((each, offset) => ({ ...each, offset }))
    })
  return places
}

const drawn = fc.array(
  fc.array(
    fc.record({
      table: fc.constantFrom('t', 'u', 'uncaptured'),
      partition: fc.nat(1),
      how: fc.option(fc.constantFrom<Break>('cut', 'type', 'operation'), { freq: 6 }),
    }),
    { minLength: 1, maxLength: 5 },
  ),
  { minLength: 1, maxLength: 8 },
)

interface Expected {
  readonly ids: readonly number[]
  readonly isWhole: boolean
}

test('a transaction with a record that cannot be read is state alone, all others are whole; each such record is told', {
  timeout: 600_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(drawn, fc.infiniteStream(fc.nat(9)), fc.nat(100), async (made, luck, cut) => {
      const topics: Topics = {}
      const expected: Expected[] = []
      made.forEach((rows, place) => {
        const numbered = rows.map((row, at) => ({ ...row, id: 10 * (place + 1) + at }))
        commit(topics, 1000 * (place + 1), numbered)
        for (const { table, partition, id, how } of numbered) {
          const records = topics[`p.inv.${table}`]?.[partition] ?? []
          const at = records.findIndex(({ key }) => String(key) === `{"id":${id}}`)
          const found = records[at]
          if (how !== null && found !== undefined) records[at] = { ...found, value: broken(found.value, how) }
        }
        const captured = numbered.filter(({ table }) => table !== 'uncaptured')
        const sound = captured.filter(({ how }) => how === null)
        if (sound.length > 0) expected.push({ ids: sound.map(({ id }) => id), isWhole: sound.length === captured.length })
      })
      const isBad = (value: Buffer | null): boolean => /^hello$|[^}]$|"id":"x"|"op":"x"/.test(String(value))
      withIntruders(topics, () => luck.next().value === 0)
      const places = Object.entries(topics).flatMap(([topic, partitions]) =>
        topic === 'p.inv.uncaptured'
          ? []
          : partitions.flatMap((records, partition) =>
              records.flatMap(({ value, offset }) => (isBad(value) ? [`${topic}[${partition}] at offset ${offset}`] : [])),
            ),
      )
      const items = await readAll(topics)
      const said = transactions(items).map((item) => ({ ids: idsOf(item), isWhole: item.unreadable === undefined }))
      expect(said).toEqual(expected)
      expect(transactions(items).map(({ header }) => header.snapshot)).toEqual(expected.map(({ isWhole }) => !isWhole))
      expect([...placesIn(items)].toSorted()).toEqual(places.toSorted())
      // What a restart finds, and what was told before it, is everything.
      const index = cut % items.length
      const rest = await readAll(topics, items[index]?.token ?? null)
      const before = transactions(items.slice(0, index + 1))
      expect(transactions(rest).map(idsOf)).toEqual(expected.slice(before.length).map(({ ids }) => ids))
      expect(new Set([...placesIn(items.slice(0, index + 1)), ...placesIn(rest)])).toEqual(new Set(places))
    }),
    { numRuns: process.env['BANYAN_SOAK'] === undefined ? 100 : 3000 },
  )
})

test('an end that cannot be read leaves its transaction as state, and the flow goes on', async () => {
  const topics: Topics = {}
  for (const end of [1000, 2000, 3000]) commit(topics, end, [{ id: end }, { id: end + 1, table: 'u' }])
  const ends = topics['p.transaction']?.[0] ?? []
  const [, second] = ends
  if (second !== undefined) ends[1] = { ...second, value: Buffer.from('{"status":"EN') }
  const items = await readAll(topics)
  const said = transactions(items).map((item) => [idsOf(item), item.header.snapshot])
  expect(said).toEqual([
    [[1000, 1001], false],
    [[2000], true],
    [[2001], true],
    [[3000, 3001], false],
  ])
  const positions = transactions(items).map(({ header }) => header.position)
  expect(positions).toEqual([...new Set(positions)].toSorted())
  expect(placesIn(items)).toContain('p.transaction[0] at offset 1')
  const untilEnd = items.findIndex(({ unreadable = [] }) => unreadable.some(({ where }) => where.startsWith('p.transaction')))
  expect(transactions(await readAll(topics, items[untilEnd]?.token ?? null)).flatMap(idsOf)).toEqual(
    transactions(items.slice(untilEnd + 1)).flatMap(idsOf),
  )
})

test('without a transaction topic a record between changes of one transaction is of it', async () => {
  const topics: Topics = {}
  commit(topics, 1000, [{ id: 1 }, { id: 2 }, { id: 3 }])
  commit(topics, 2000, [{ id: 4 }])
  const records = topics['p.inv.t']?.[0] ?? []
  for (const [index, each] of records.entries()) {
    const text = String(each.value).replace(/"transaction":\{[^}]*\}/, '"transaction":null')
    records[index] = { ...each, value: index === 1 ? Buffer.from('?') : Buffer.from(text) }
  }
  const said = transactions(await readAll(topics, null, { transactionTopic: false })).map((item) => [idsOf(item), item.header.snapshot])
  expect(said).toEqual([
    [[1, 3], true],
    [[4], false],
  ])
})

test('where nothing can be read at all the read ends, and the next one goes on behind', async () => {
  const topics: Topics = {}
  commit(topics, 1000, [{ id: 1 }], { ends: false })
  const [records = []] = topics['p.inv.t'] ?? []
  const [first] = records
  if (first === undefined) expect.fail()
  topics['p.inv.t'] = [Array.from({ length: 8 }, (_, offset) => ({ ...first, offset, value: Buffer.from('?') }))]
  const items: SourceItem[] = []
  const read = async (from: ResumeToken | null): Promise<void> => {
    const source = scriptedSource(scriptedClient(topics), { maxUnreadable: 5, transactionTopic: false })
    for await (const item of source.read({ from, signal: AbortSignal.timeout(60_000), until: 'current' })) items.push(item)
  }
  await expect(read(null)).rejects.toMatchObject({ code: 'source-undecodable', message: expect.stringContaining('in a row') })
  await read(items.at(-1)?.token ?? null)
  expect(placesIn(items).size).toBe(8)
})
