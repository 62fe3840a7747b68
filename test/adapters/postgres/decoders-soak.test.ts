import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseArray } from '../../../adapters/postgres/array-text.ts'
import type { RawTransaction } from '../../../adapters/postgres/assemble.ts'
import { assembler } from '../../../adapters/postgres/assemble.ts'
import type { CatalogueTable } from '../../../adapters/postgres/catalogue.ts'
import type { TypeShape } from '../../../adapters/postgres/codec.ts'
import { codecOf } from '../../../adapters/postgres/codec.ts'
import { decodeLines } from '../../../adapters/postgres/decode-lines.ts'
import { streamedTransaction } from '../../../adapters/postgres/transaction.ts'
import { transactionLog } from '../../../adapters/log/transaction-log.ts'
import type { ChangeEvent } from '../../../src/model/change-event.ts'
import { epochMs, position, resumeToken, sourceName, tableName } from '../../../src/model/ids.ts'
import { orRefused, snapshotHeader } from './decoded-rows.ts'
import { begin, commit, insert, relation, remove, truncate, update } from './wire-text.ts'

/** A million in `npm run soak`, over all decoders. */
const runs = process.env['BANYAN_SOAK'] === undefined ? 2_000 : 500_000
const patienceMs = 3_600_000

const types = new Map<number, TypeShape>([[1007, { kind: 'array', element: 23, delimiter: ',' }]])
const columns = [
  { name: 'id', typeOid: 20, key: true as const },
  { name: 'qty', typeOid: 23 },
  { name: 'price', typeOid: 1700 },
  { name: 'flag', typeOid: 16 },
  { name: 'at', typeOid: 1184 },
  { name: 'bytes', typeOid: 17 },
  { name: 'list', typeOid: 1007 },
  { name: 'note', typeOid: 25 },
]
const table = {
  ref: { schema: 'public', table: 'item', name: tableName('item') },
  keyColumns: ['id'],
} as unknown as CatalogueTable

const row = (id: number): readonly string[] => [
  String(id),
  '-7',
  '12.50',
  't',
  '2026-03-01 09:30:00.5+00',
  '\\x00ff',
  '{1,NULL,3}',
  'héllo',
]
const keyOnly = (id: number): readonly (string | null)[] => [String(id), ...columns.slice(1).map(() => null)]

const messages: readonly Buffer[] = [
  begin(100n, 7),
  relation(1, 'item', columns),
  insert(1, row(1)),
  update(1, [...row(1).slice(0, 7), undefined]),
  update(1, row(2), { kind: 'K', values: keyOnly(1) }),
  update(1, row(2), { kind: 'O', values: row(2) }),
  remove(1, 'K', keyOnly(2)),
  truncate(1),
  commit(100n),
]

const decoded = (input: readonly Buffer[]): readonly ChangeEvent[] => {
  const received: RawTransaction[] = []
  const assemble = assembler({
    sources: { tables: [table], types: () => types },
    newLog: () => transactionLog({ spoolFolder: join(tmpdir(), 'banyan-spool'), thresholdBytes: 1 << 20 }),
    onTransaction: (raw) => received.push(raw),
    onEmpty: () => undefined,
  })
  for (const message of input) assemble.message(Buffer.from(message))
  return received.flatMap((raw) => {
    const header = {
      source: sourceName('s'),
      position: position('e:1'),
      id: '7',
      beganAt: null,
      committedAt: epochMs(0),
      capturedAt: epochMs(0),
      count: raw.count,
      snapshot: false,
    }
    const changes = [...streamedTransaction({ header, token: resumeToken('t'), log: raw.log, relations: raw.relations }).changes()]
    raw.log.release()
    expect(changes).toHaveLength(raw.count)
    return changes
  })
}

const lineOf = (bytes: Buffer): ChangeEvent['after'] => {
  const catalogue = { types } as unknown as Parameters<typeof decodeLines>[2]
  return (
    decodeLines({ bytes, rows: 1 }, { ...table, columns, published: columns.map(({ name }) => name) } as never, catalogue, {
      header: snapshotHeader,
      first: 0,
    })[0]?.after ?? null
  )
}

const quickly = <T>(work: () => T): T => {
  const startedMs = performance.now()
  const result = work()
  expect(performance.now() - startedMs).toBeLessThan(5_000)
  return result
}

const whole = decoded(messages)
const rowMessages = messages.flatMap((message, at) => ('IUDRTBC'.includes(String.fromCharCode(message[0] ?? 0)) ? [at] : []))

test('the messages are read to the last value', () => {
  expect(whole.map(({ op, key }) => `${op} ${key}`)).toEqual([
    'create [{"$i":"1"}]',
    'update [{"$i":"1"}]',
    'delete [{"$i":"1"}]',
    'create [{"$i":"2"}]',
    'update [{"$i":"2"}]',
    'delete [{"$i":"2"}]',
    'truncate null',
  ])
  expect(whole[0]?.after).toEqual({
    id: 1n,
    qty: -7,
    price: '12.50',
    flag: true,
    at: '2026-03-01T09:30:00.500000Z',
    bytes: new Uint8Array([0, 255]),
    list: [1, null, 3],
    note: 'héllo',
  })
  expect(whole[1]?.omitted).toEqual(['note'])
})

describe('damage', () => {
  test('a transaction that begins inside of another is refused', () => {
    const begin = messages.find((message) => message[0] === 0x42) ?? Buffer.alloc(0)
    const at = rowMessages.find((place) => messages[place]?.[0] === 0x55) ?? 0
    expect(begin.length).toBeGreaterThan(0)
    expect(orRefused(() => decoded([...messages.slice(0, at), begin, ...messages.slice(at)]))).toBe('refused')
  })

  test(
    'a message that is cut anywhere is refused, and never read as something else',
    () => {
      fc.assert(
        fc.property(fc.constantFrom(...rowMessages), fc.nat(), (at, cut) => {
          const message = messages[at] ?? Buffer.alloc(0)
          // What is behind the end of a commit's place is not read.
          const needed = message[0] === 0x43 ? 18 : message.length
          const damaged = messages.map((one, place) => (place === at ? one.subarray(0, 1 + (cut % (needed - 1))) : one))
          return quickly(() => orRefused(() => decoded(damaged))) === 'refused'
        }),
        { numRuns: runs / 2 },
      )
    },
    patienceMs,
  )

  test(
    'changed bytes are refused or read: never another error, never for long, and no value of a wrong kind',
    () => {
      const change = fc.tuple(fc.nat(), fc.nat(), fc.integer({ min: 0, max: 255 }))
      fc.assert(
        fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
          const damaged = messages.map((message) => Buffer.from(message))
          for (const [at, offset, byte] of changes) {
            const message = damaged[at % damaged.length] ?? Buffer.alloc(1)
            message[offset % message.length] = byte
          }
          const result = quickly(() => orRefused(() => decoded(damaged)))
          if (result === 'refused') return
          for (const { after } of result) {
            if (typeof after?.['qty'] === 'number') expect(Number.isInteger(after['qty'])).toBe(true)
            if (typeof after?.['note'] === 'string') expect(after['note']).not.toContain('\uFFFD')
          }
        }),
        { numRuns: runs },
      )
    },
    patienceMs,
  )

  test(
    'a line of COPY, and a text of an array, that is cut or changed is refused or read',
    () => {
      const line = Buffer.from(`${['1', '-7', '\\N', 'f', '\\N', '\\\\x00ff', '{1,NULL}', 'h\\té'].join('\t')}\n`)
      expect(lineOf(line)).toMatchObject({ id: 1n, qty: -7, price: null, list: [1, null], note: 'h\té' })
      const array = '[0:1]={{1,NULL},{"a \\"b\\"",3}}'
      fc.assert(
        fc.property(fc.nat(), fc.nat(), fc.integer({ min: 0, max: 255 }), (cut, offset, byte) => {
          expect(orRefused(() => lineOf(line.subarray(0, cut % line.length)))).toBe('refused')
          expect(orRefused(() => parseArray(array.slice(0, cut % array.length), ',', (text) => text))).toBe('refused')
          const changed = Buffer.from(line)
          changed[offset % line.length] = byte
          quickly(() => orRefused(() => lineOf(changed)))
          const place = offset % array.length
          const text = `${array.slice(0, place)}${String.fromCharCode(byte)}${array.slice(place + 1)}`
          quickly(() => orRefused(() => parseArray(text, ',', (item) => item)))
        }),
        { numRuns: runs / 2 },
      )
    },
    patienceMs,
  )

  test.each([
    [16, 'x'],
    [17, '\\x0'],
    [17, '00'],
    [20, ''],
    [20, '0x10'],
    [23, '1e3'],
    [23, ''],
    [701, 'nought'],
    [1007, '{1,}'],
    [1007, '{1 2}'],
    [1007, '1,2'],
    [1007, '{1}}'],
  ])('of type %i, %j is refused', (oid, text) => {
    expect(orRefused(() => codecOf(oid, types)(text))).toBe('refused')
  })
})
