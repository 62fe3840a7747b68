import { describe, expect, test } from 'vitest'
import { change, decoderOf, envelope, mysqlSource, postgresSource, record, table } from './debezium-samples.ts'

const account = table('t', { '*id': 'bigint', qty: 'integer', note: 'text', price: 'numeric(12,2)', at: 'timestamp with time zone' })
const after = '{"id":9007199254740993,"qty":7,"note":"ü 🌳","price":"AP//////////","at":"2026-03-01T07:30:00.5Z"}'

describe('envelopes', () => {
  test('a create is what the database’s own adapter tells', () => {
    const made = change(decoderOf({ tables: [account] }).decode(record(envelope('c', { after }))))
    expect(made).toMatchObject({
      op: 'create',
      key: '[{"$i":"9007199254740993"}]',
      before: null,
      beforeKind: 'none',
      after: { id: 9007199254740993n, qty: 7, note: 'ü 🌳', price: '184467440737095516.15', at: '2026-03-01T07:30:00.500000Z' },
      omitted: [],
      collection: 'inv.t',
      membership: null,
    })
    expect(made.table.name).toBe('t')
    expect(made.origin).toMatchObject({
      transactionId: '880',
      commitOrder: '00000000017B5030',
      logOrder: '00000000017B50B0',
      snapshot: 'no',
    })
    expect(made.origin.committedAt).toBe(1_795_334_627_757.347)
  })

  test('the same record with its schema is the same change, also when the schema comes again', () => {
    const field = (name: string, more: object): object => ({ field: name, optional: true, ...more })
    const row = (name: string): object =>
      field(name, {
        type: 'struct',
        fields: [
          field('id', { type: 'int64' }),
          field('qty', { type: 'int32' }),
          field('note', { type: 'string' }),
          field('price', { type: 'bytes', name: 'org.apache.kafka.connect.data.Decimal', parameters: { scale: '2' } }),
          field('at', { type: 'string', name: 'io.debezium.time.ZonedTimestamp' }),
        ],
      })
    const schema = JSON.stringify({ type: 'struct', name: 'a "quoted} name', fields: [row('before'), row('after')] })
    const wrapped = `{"schema":${schema},"payload":${envelope('c', { after })}}`
    const bare = change(decoderOf({ tables: [account] }).decode(record(envelope('c', { after }))))
    const decoder = decoderOf({ tables: [account] })
    for (let time = 0; time < 3; time += 1) expect(change(decoder.decode(record(wrapped)))).toEqual(bare)
  })

  test('an old row that the log did not carry is not read: what stands in its place is made up', () => {
    const before = '{"id":1,"qty":0,"note":"","price":"","at":"1970-01-01T00:00:00Z"}'
    const decoder = decoderOf({ tables: [account] })
    expect(change(decoder.decode(record(envelope('d', { before }))))).toMatchObject({
      before: { id: 1n },
      beforeKind: 'key',
      key: '[{"$i":"1"}]',
    })
    expect(change(decoder.decode(record(envelope('u', { before, after }))))).toMatchObject({ before: null, beforeKind: 'none' })
  })

  test('a whole old row is, where the table has them', () => {
    const before = '{"id":1,"qty":0,"note":"","price":null,"at":null}'
    const decoder = decoderOf({ tables: [account], wholeOldRows: ['t'] })
    const whole = { before: { id: 1n, qty: 0, note: '', price: null, at: null }, beforeKind: 'full' }
    expect(change(decoder.decode(record(envelope('d', { before }))))).toMatchObject(whole)
    expect(change(decoder.decode(record(envelope('u', { before, after }))))).toMatchObject(whole)
    const mysql = decoderOf({ tables: [account], config: { 'connector.class': 'io.debezium.connector.mysql.MySqlConnector' } })
    expect(change(mysql.decode(record(envelope('d', { before }, mysqlSource))))).toMatchObject(whole)
  })

  test('truncates, messages, tables that are not captured, snapshots', () => {
    const decoder = decoderOf({ tables: [account] })
    expect(change(decoder.decode(record(envelope('t', {}))))).toMatchObject({ op: 'truncate', key: null, before: null, after: null })
    expect(decoder.decode(record(envelope('m', {}))).kind).toBe('passed')
    expect(decoder.decode(record(envelope('c', { after }, { ...postgresSource, table: 'other' }))).kind).toBe('passed')
    for (const snapshot of [true, 'true', 'first', 'last', 'last_in_data_collection']) {
      const read = change(decoder.decode(record(envelope('r', { after }, { ...postgresSource, snapshot }))))
      expect([read.op, read.origin.snapshot]).toEqual(['read', 'initial'])
    }
    const again = change(decoder.decode(record(envelope('r', { after }, { ...postgresSource, snapshot: 'incremental' }))))
    expect(again.origin.snapshot).toBe('incremental')
  })

  test('what a connector knows of a transaction', () => {
    const text = envelope('c', { after }).replace(
      '"transaction":null',
      '"transaction":{"id":"880:24858800","total_order":2,"data_collection_order":1}',
    )
    expect(change(decoderOf({ tables: [account] }).decode(record(text))).membership).toEqual({
      id: '880:24858800',
      order: 2,
      tableOrder: 1,
    })
  })

  test('the order of the binlog', () => {
    const decoder = decoderOf({ tables: [account] })
    const { origin } = change(decoder.decode(record(envelope('c', { after }, { ...mysqlSource, gtid: 'u:5' }))))
    expect(origin).toMatchObject({ connector: 'mysql', transactionId: 'u:5', logOrder: '00000003.000000001267.00000000' })
  })
})

describe('other topics', () => {
  const decoder = decoderOf({ tables: [account] })

  test('transactions, heartbeats, changes of schema, tombstones', () => {
    const begin = { status: 'BEGIN', id: '7:1', event_count: null, data_collections: null, ts_ms: 5 }
    expect(decoder.decode(record(begin, { topic: 'p.transaction' }))).toMatchObject({ kind: 'begin', id: '7:1', at: 5 })
    const end = { status: 'END', id: '7:9', event_count: 3, data_collections: [{ data_collection: 'inv.t', event_count: 3 }], ts_ms: 5 }
    expect(decoder.decode(record(end, { topic: 'p.transaction' }))).toEqual({
      kind: 'end',
      id: '7:9',
      at: 5,
      count: 3,
      counts: new Map([['inv.t', 3]]),
    })
    expect(decoder.decode(record({ ts_ms: 12 }, { topic: '__debezium-heartbeat.p' }))).toEqual({ kind: 'heartbeat', at: 12 })
    expect(decoder.decode(record({ ddl: 'CREATE TABLE x', databaseName: 'inv' }, { topic: 'p' })).kind).toBe('passed')
    expect(decoder.decode(record(null, { key: { id: 1 } }))).toEqual({ kind: 'tombstone' })
    expect(decoder.decode(record({ schema: null, payload: null }))).toEqual({ kind: 'tombstone' })
  })
})

describe('flattened rows', () => {
  const flattening = { transforms: 'x,unwrap', 'transforms.unwrap.type': 'io.debezium.transforms.ExtractNewRecordState' }
  const row = '"id":1,"qty":7,"note":null,"price":"Cg==","at":null'

  test('with the fields that were added, in both forms of a delete', () => {
    const rewriting = decoderOf({
      tables: [account],
      config: { ...flattening, 'transforms.unwrap.delete.tombstone.handling.mode': 'rewrite-with-tombstone' },
    })
    const updated = `{${row},"__op":"u","__table":"t","__lsn":24858800,"__txId":880,"__source_ts_ms":1795334627757,"__connector":"postgresql","__deleted":"false"}`
    expect(change(rewriting.decode(record(updated)))).toMatchObject({
      op: 'update',
      after: { id: 1n, qty: 7, note: null, price: '0.10', at: null },
      origin: { transactionId: '880', logOrder: '00000000017B50B0', committedAt: 1_795_334_627_757 },
    })
    expect(change(rewriting.decode(record(`{${row},"__op":"d","__deleted":"true"}`)))).toMatchObject({
      op: 'delete',
      before: { id: 1n },
      beforeKind: 'key',
    })
    expect(rewriting.decode(record(null, { key: { id: 1 } })).kind).toBe('tombstone')
    const keeping = decoderOf({ tables: [account], config: { ...flattening, 'transforms.unwrap.add.fields': 'op' } })
    expect(change(keeping.decode(record(null, { key: { id: 1 } })))).toMatchObject({
      op: 'delete',
      key: '[{"$i":"1"}]',
      before: { id: 1n },
    })
  })

  test('a row that does not say what happened to it is refused, with the mend', () => {
    const decoder = decoderOf({ tables: [account], config: flattening })
    expect(() => decoder.decode(record(`{${row}}`))).toThrow(
      expect.objectContaining({ code: 'source-settings', where: 'p.inv.t[0] at offset 7' }),
    )
  })

  test('a column of the table’s own that is called like an added field stays one', () => {
    const own = table('t', { '*id': 'bigint', __op: 'text' })
    const decoder = decoderOf({ tables: [own], config: flattening })
    expect(() => decoder.decode(record('{"id":1,"__op":"c"}'))).toThrow('does not say what happened')
  })
})

test('keys with what was not sent are taken from the record’s key', () => {
  const wide = table('t', { '*id': 'text', qty: 'integer' })
  const decoder = decoderOf({ tables: [wide] })
  const made = change(
    decoder.decode(record(envelope('u', { after: '{"id":"__debezium_unavailable_value","qty":1}' }), { key: { id: 'long' } })),
  )
  expect(made).toMatchObject({ key: '["long"]', omitted: ['id'], after: { qty: 1 } })
})

test.each([
  ['no JSON', '{"op":'],
  ['no object', '[1]'],
  ['an unknown operation', envelope('x', { after })],
  ['no row', envelope('c', {})],
  ['an unknown connector', envelope('c', { after }, { ...postgresSource, connector: 'oracle' })],
  ['an integer that is none', envelope('c', { after: '{"id":1.5}' })],
  ['a text where a number must be', envelope('c', { after: '{"id":"1"}' })],
  ['base64 that is none', envelope('c', { after: '{"id":1,"price":"x"}' })],
  ['a column of no known type where known ones lack', envelope('c', { after: '{"id":1,"surprise":1}' })],
  ['a change without its key', envelope('d', {})],
  ['a transaction without an order', envelope('c', { after }).replace('"transaction":null', '"transaction":{"id":"1"}')],
])('%s is refused with its place, and without its values', (_, text) => {
  const failure = expect.objectContaining({ code: 'source-undecodable', where: 'p.inv.t[0] at offset 7' })
  expect(() => decoderOf({ tables: [account] }).decode(record(text))).toThrow(failure)
})

test('a column that was added is the settings’ to know, not the record’s fault', () => {
  const narrow = table('t', { '*id': 'bigint' })
  const failure = expect.objectContaining({ code: 'source-settings', where: 'p.inv.t[0] at offset 7' })
  expect(() => decoderOf({ tables: [narrow] }).decode(record(envelope('c', { after: '{"id":1,"added":1}' })))).toThrow(failure)
})

test('text that is no UTF-8 is refused', () => {
  const broken = { ...record(''), value: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]) }
  expect(() => decoderOf({ tables: [account] }).decode(broken)).toThrow('UTF-8')
})
