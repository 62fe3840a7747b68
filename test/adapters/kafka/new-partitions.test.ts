import { expect, test } from 'vitest'
import type { SourceItem } from '../../../src/model/change-event.ts'
import type { Topics } from './scripted-client.ts'
import { commit, scriptedClient, scriptedSource, write } from './scripted-client.ts'

const idsOf = (item: SourceItem): readonly unknown[] =>
  item.kind === 'transaction' ? [...item.changes()].map(({ after }) => after?.['id']) : []

test('heartbeats in several partitions are no news', { timeout: 20_000 }, async () => {
  const topics: Topics = {}
  commit(topics, 1000, [{ id: 1 }])
  write(topics, '__debezium-heartbeat.p', { ts_ms: 1 }, { partition: 2 })
  const notices: string[] = []
  const source = scriptedSource(scriptedClient(topics), { topicsEveryMs: 20 })
  const reading = source.read({ from: null, signal: AbortSignal.timeout(300), onNotice: (text) => notices.push(text) })
  for await (const item of reading) source.acknowledge(item.token)
  expect(notices).toEqual([])
})

test('without a transaction topic new partitions are told of: rows may have moved to them', { timeout: 20_000 }, async () => {
  const topics: Topics = {}
  commit(topics, 1000, [{ id: 1 }], { ends: false })
  const stop = new AbortController()
  const notices: string[] = []
  const onNotice = (text: string): void => {
    notices.push(text)
    stop.abort()
  }
  const source = scriptedSource(scriptedClient(topics), { topicsEveryMs: 20, transactionTopic: false })
  for await (const _ of source.read({ from: null, signal: stop.signal, onNotice }))
    if (topics['p.inv.t']?.length === 1) commit(topics, 2000, [{ id: 2, partition: 1 }], { ends: false })
  expect(notices).toEqual([expect.stringMatching(/^new: p\.inv\.t\[1\]; keys may have moved/)])
})

test('a change in a partition that was added is looked for before its transaction is given up', { timeout: 20_000 }, async () => {
  const topics: Topics = {}
  commit(topics, 1000, [{ id: 1 }])
  const stop = new AbortController()
  const seen: unknown[] = []
  const source = scriptedSource(scriptedClient(topics), { topicsEveryMs: 1000 })
  for await (const item of source.read({ from: null, signal: stop.signal })) {
    if (item.kind === 'transaction') seen.push(idsOf(item))
    if (seen.length === 1 && topics['p.inv.t']?.length === 1) {
      commit(topics, 2000, [{ id: 2 }, { id: 3, partition: 1 }])
      commit(topics, 3000, [{ id: 4 }])
    }
    if (seen.length === 3) stop.abort()
  }
  expect(seen).toEqual([[1n], [2n, 3n], [4n]])
})
