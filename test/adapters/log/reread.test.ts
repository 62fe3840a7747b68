import { expect, test } from 'vitest'
import type { RereadOptions } from '../../../adapters/log/reread.ts'
import { withRereads } from '../../../adapters/log/reread.ts'
import type { RereadProgress } from '../../../adapters/log/reread-progress.ts'
import type { SnapshotTable, TableChunk } from '../../../adapters/log/snapshot-view.ts'
import type { ChangeEvent, ChangeOp, LegacyTransaction, SourceItem, TransactionHeader } from '../../../src/model/change-event.ts'
import { epochMs, position, resumeToken, rowKey, sourceName, tableName } from '../../../src/model/ids.ts'

const source = sourceName('legacy')
const table = tableName('t')

const headerAt = (place: string, count: number): TransactionHeader => ({
  source,
  position: position(place),
  id: place,
  beganAt: null,
  committedAt: epochMs(Number(place)),
  capturedAt: epochMs(0),
  count,
  snapshot: false,
})

const changeOf = (transaction: TransactionHeader, ordinal: number, op: ChangeOp, key: number, value: string): ChangeEvent => ({
  transaction,
  ordinal,
  op,
  table,
  key: rowKey(String(key)),
  before: null,
  after: op === 'delete' ? null : { key, value },
  beforeKind: 'none',
  omitted: [],
})

const commit = (place: string, op: ChangeOp, key: number): LegacyTransaction => {
  const header = headerAt(place, 1)
  return {
    kind: 'transaction',
    header,
    token: resumeToken(place),
    changes: () => [changeOf(header, 0, op, op === 'truncate' ? 0 : key, place)],
  }
}

const idle = (place: string): SourceItem => ({
  kind: 'progress',
  token: resumeToken(place),
  position: position(place),
  at: epochMs(Number(place)),
})

/** Rows 1 to 6 as a view of this place sees them, two at a time. */
const tableAt = (place: string, rows = 6): SnapshotTable => ({
  name: table,
  key: ['key'],
  async *rowsAfter(last) {
    for (let from = Number(last?.[0] ?? 0) + 1; from <= rows; from += 2) {
      const keys = [from, from + 1].filter((key) => key <= rows)
      const chunk: TableChunk = {
        rows: keys.length,
        lastKey: () => [String(keys.at(-1))],
        decode: (header, first) => keys.map((key, index) => changeOf(header, first + index, 'read', key, `view ${place}`)),
      }
      yield chunk
    }
  },
  async *rowsAt() {},
})

const viewAt = (place: string, closed: string[] = [], rows = 6): NonNullable<RereadOptions['firstView']> => ({
  view: { source, position: position(place), at: epochMs(0), tables: [tableAt(place, rows)] },
  close: () => closed.push(place),
})

interface Given {
  readonly items: readonly SourceItem[]
  readonly asked?: readonly string[]
  readonly begun?: RereadProgress
  readonly from?: string
  readonly views: readonly string[]
}

const read = async ({
  items,
  asked = ['t'],
  begun,
  from = '10',
  views,
}: Given): Promise<{ items: readonly SourceItem[]; closed: readonly string[] }> => {
  const closed: string[] = []
  const open = views.map((place) => viewAt(place, closed))
  const all: SourceItem[] = []
  async function* stream(): AsyncGenerator<SourceItem> {
    for (const item of items) {
      // A network lets other work come between two items.
      await new Promise((resolve) => setImmediate(resolve))
      yield item
    }
  }
  const options: RereadOptions = {
    source,
    items: stream(),
    asked: () => asked.map(tableName),
    begun: begun ?? null,
    from: position(from),
    firstView: null,
    openView: async () => open.shift() ?? expect.fail('no view is left'),
    token: (token, progress) => resumeToken(`${token} ${JSON.stringify(progress)}`),
    onNotice: () => {},
  }
  for await (const item of withRereads(options)) all.push(item)
  return { items: all, closed }
}

const placeOf = (item: SourceItem): string => (item.kind === 'progress' ? item.position : item.header.position)

/** Values by key, when all has been taken in. */
const stateOf = (items: readonly SourceItem[]): Readonly<Record<string, unknown>> => {
  const state: Record<string, unknown> = {}
  for (const item of items) {
    if (item.kind === 'progress') continue
    for (const { op, key, after } of item.changes()) {
      if (op === 'truncate') for (const each of Object.keys(state)) delete state[each]
      else if (op === 'delete') delete state[String(key)]
      else state[String(key)] = after?.['value']
    }
  }
  return state
}

test('rows come behind the place of their view, and never over what the stream has touched since', async () => {
  const stream = [
    idle('11'),
    commit('12', 'update', 1),
    commit('20', 'update', 2),
    commit('21', 'update', 3),
    commit('22', 'delete', 4),
    idle('23'),
  ]
  const { items, closed } = await read({ items: stream, views: ['15'] })
  expect(stateOf(items)).toEqual({ 1: 'view 15', 2: '20', 3: '21', 5: 'view 15', 6: 'view 15' })
  const places = items.map(placeOf)
  expect(places).toEqual(places.toSorted())
  const firstRow = items.findIndex((item) => item.kind === 'transaction' && item.reread === true)
  expect(places[firstRow - 1]).toSatisfy((place: string) => place >= '15')
  expect(items.filter((item) => item.kind === 'progress').flatMap(({ reread = [] }) => reread)).toEqual(['t'])
  expect(closed).toEqual(['15'])
})

test('every place is a new one, and each token goes on from there: interrupted anywhere, it comes to the same', async () => {
  const stream = [
    idle('11'),
    commit('20', 'update', 2),
    idle('20'),
    idle('20'),
    idle('20'),
    idle('20'),
    commit('30', 'update', 5),
    idle('30'),
  ]
  const { items } = await read({ items: stream, views: ['15'] })
  for (let cut = 1; cut <= items.length; cut += 1) {
    const seen = items.slice(0, cut)
    const last = seen.at(-1) ?? expect.fail('nothing read')
    const [place = '', json] = String(last.token).split(/ (.*)/s)
    const rest = stream.filter((item) => item.token > place || (item.kind === 'progress' && item.token === place))
    // Whoever asked knows of what has ended.
    const asked = seen.some((item) => item.kind === 'progress' && item.reread !== undefined) ? [] : ['t']
    const begun = json === undefined ? {} : { begun: JSON.parse(json) as RereadProgress }
    const again = await read({ items: [...rest, idle('40')], asked, ...begun, from: place, views: ['35'] })
    const all = [...seen, ...again.items]
    const rows = all.filter((item) => item.kind === 'transaction').map(placeOf)
    expect(new Set(rows).size).toBe(rows.length)
    const places = all.map(placeOf)
    expect(places).toEqual(places.toSorted())
    const state = stateOf(all)
    expect(Object.keys(state)).toEqual(['1', '2', '3', '4', '5', '6'])
    expect([state['2'] === '20' || state['2'] === 'view 35', state['5'] === '30' || state['5'] === 'view 35']).toEqual([true, true])
  }
})

test('of a table that is truncated since, nothing more is read', async () => {
  const stream = [idle('11'), commit('20', 'truncate', 0), commit('21', 'create', 9), idle('22'), idle('23')]
  const { items } = await read({ items: stream, views: ['15'] })
  expect(stateOf(items)).toEqual({ 9: '21' })
  expect(items.some((item) => item.kind === 'progress' && item.reread?.includes(table) === true)).toBe(true)
})

test('a stream that nobody asks anything of stays as it is', async () => {
  const stream = [idle('11'), commit('20', 'update', 2), idle('22')]
  expect((await read({ items: stream, asked: [], views: [] })).items).toEqual(stream)
})

test('a view that fails is taken again later, and the stream goes on', async () => {
  const notices: string[] = []
  async function* stream(): AsyncGenerator<SourceItem> {
    for (let place = 11; place < 40; place += 1) {
      await new Promise((resolve) => setTimeout(resolve, place === 15 ? 1_050 : 1))
      yield idle(String(place))
    }
  }
  let views = 0
  const items: SourceItem[] = []
  for await (const item of withRereads({
    source,
    items: stream(),
    asked: () => [table],
    begun: null,
    from: position('10'),
    firstView: null,
    openView: async () => {
      views += 1
      if (views === 1) throw new TypeError('locked')
      return viewAt('16')
    },
    token: (token) => token,
    onNotice: (text) => notices.push(text),
  })) {
    items.push(item)
  }
  expect(notices).toEqual([expect.stringContaining('locked')])
  expect(Object.keys(stateOf(items))).toHaveLength(6)
})
