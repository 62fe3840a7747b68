import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import type { ChangeEvent, ChangeOp, LegacyTransaction } from '../../../../src/model/change-event.ts'
import { epochMs, position, resumeToken, rowKey, sourceName, tableName } from '../../../../src/model/ids.ts'
import type { Row } from '../../../../src/model/value.ts'
import { createRowMemory } from '../../../../src/pipeline/capture/row-memory.ts'
import { rowAddress } from '../../../../src/ports/capture-store.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const table = tableName('itm_mst')
const key = rowKey('["A"]')
const header = {
  source: sourceName('oms'),
  position: position('e:1'),
  id: '1',
  beganAt: null,
  committedAt: epochMs(1),
  capturedAt: epochMs(2),
  count: 1,
  snapshot: false,
}
const change = (op: ChangeOp, after: Row | null): ChangeEvent => ({
  transaction: header,
  ordinal: 0,
  op,
  table,
  key: op === 'truncate' ? null : key,
  before: null,
  after,
  beforeKind: 'none',
  omitted: [],
})
const stored = (rows: Record<string, Row>, asked: string[] = []): Parameters<typeof createRowMemory>[0] => ({
  latestRows: async (_, keys) => {
    asked.push(...keys.map((one) => one.key))
    return new Map(Object.entries(rows).map(([of, row]) => [rowAddress(table, rowKey(of)), row]))
  },
})

test('an uncommitted change hides the stored row, also one noted before the table was first asked for', async () => {
  const memory = createRowMemory(stored({ '["A"]': { pack: 1 } }), header.source, 10)
  memory.note([change('update', { pack: 2 })])
  expect(memory.rowOf(table, key)).toBeUndefined()
  await memory.fetch([{ table, key }])
  expect(memory.rowOf(table, key)).toEqual({ pack: 2 })
})

test('a row stays known while its batch is being committed and after', async () => {
  const asked: string[] = []
  const memory = createRowMemory(stored({ '["A"]': { pack: 1 } }, asked), header.source, 10)
  await memory.fetch([{ table, key }])
  memory.note([change('update', { pack: 2 })])
  const durable = memory.seal()
  expect(memory.rowOf(table, key)).toEqual({ pack: 2 })
  durable()
  expect(memory.rowOf(table, key)).toEqual({ pack: 2 })
  expect(asked).toEqual(['["A"]'])
})

test('deleted and truncated rows are known to be absent', async () => {
  const memory = createRowMemory(stored({ '["A"]': { pack: 1 } }), header.source, 10)
  await memory.fetch([{ table, key }])
  memory.note([change('delete', null)])
  expect(memory.rowOf(table, key)).toBeNull()
  memory.note([change('create', { pack: 3 }), change('truncate', null)])
  expect(memory.rowOf(table, key)).toBeNull()
})

test('memory is bounded by its capacity', async () => {
  const asked: string[] = []
  const memory = createRowMemory(stored({}, asked), header.source, 100)
  for (let n = 0; n < 1_000; n++) {
    await memory.fetch([{ table, key: rowKey(`[${n}]`) }])
    memory.release()
  }
  expect(memory.rowOf(table, rowKey('[999]'))).toBeNull()
  expect(memory.rowOf(table, rowKey('[0]'))).toBeUndefined()
})

test('a transaction that needs more rows than the cache holds keeps them all until it is translated', async () => {
  const memory = createRowMemory(stored({}), header.source, 10)
  const keys = Array.from({ length: 100 }, (_, n) => ({ table, key: rowKey(`[${n}]`) }))
  await memory.fetch(keys)
  expect(keys.every((one) => memory.rowOf(one.table, one.key) === null)).toBe(true)
  memory.release()
  expect(memory.rowOf(table, rowKey('[0]'))).toBeUndefined()
})

test('of a large transaction nothing is kept: it is read again when its table is asked for, as far as it was noted', async () => {
  const memory = createRowMemory(stored({ '["A"]': { pack: 1 } }), header.source, 10)
  let looks = 0
  const of = (pack: number): ChangeEvent => change('update', { pack })
  const tx: LegacyTransaction = {
    kind: 'transaction',
    header: { ...header, count: 1_001 },
    token: resumeToken('t'),
    changes: () => {
      looks += 1
      return Array.from({ length: 1_001 }, (_, pack) => of(pack))
    },
  }
  memory.note([of(-1)])
  const kept = Array.from({ length: 1_000 }, (_, pack) => {
    const one = of(pack)
    memory.notePart(tx, [one], 1)
    return new WeakRef(one)
  })
  await new Promise((resolve) => setImmediate(resolve))
  collectGarbage()
  // What was touched last may still be in a register.
  expect(kept.filter((one) => one.deref() !== undefined).length).toBeLessThan(10)
  expect(looks).toBe(0)
  await memory.fetch([{ table, key }])
  expect(memory.rowOf(table, key)).toEqual({ pack: 999 })
  expect(looks).toBe(1)
  memory.notePart(tx, [of(1_000)], 1)
  expect(memory.rowOf(table, key)).toEqual({ pack: 1_000 })
})
