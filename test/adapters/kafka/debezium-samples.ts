import { Buffer } from 'node:buffer'
import { debeziumDecoder } from '../../../adapters/kafka/decoder.ts'
import type { DebeziumDecoder } from '../../../adapters/kafka/decoder.ts'
import { connectorSettings } from '../../../adapters/kafka/connector-settings.ts'
import type { DebeziumChange, DebeziumRecord } from '../../../adapters/kafka/debezium-record.ts'
import type { KafkaRecord } from '../../../adapters/kafka/record.ts'
import { tableName } from '../../../src/model/ids.ts'
import type { SourceTable } from '../../../src/ports/change-source.ts'

/** Columns by name with their types; those of the key begin with `*`. */
export const table = (name: string, columns: Readonly<Record<string, string>>): SourceTable => {
  let keys = 0
  return {
    name: tableName(name),
    columns: Object.entries(columns).map(([column, type]) => {
      const inKey = column.startsWith('*')
      if (inKey) keys += 1
      return { name: inKey ? column.slice(1) : column, type, nullable: !inKey, keyOrder: inKey ? keys : null }
    }),
  }
}

export interface SampleOptions {
  readonly tables: readonly SourceTable[]
  readonly config?: Readonly<Record<string, string>>
  readonly wholeOldRows?: readonly string[]
}

export const decoderOf = ({ tables, config = {}, wholeOldRows = [] }: SampleOptions): DebeziumDecoder =>
  debeziumDecoder({
    settings: connectorSettings({
      'topic.prefix': 'p',
      'connector.class': 'io.debezium.connector.postgresql.PostgresConnector',
      ...config,
    }),
    tables,
    schema: 'inv',
    wholeOldRows: new Set(wholeOldRows),
  })

const bytes = (json: unknown): Buffer | null => {
  if (json === null || json === undefined) return null
  return Buffer.from(typeof json === 'string' ? json : JSON.stringify(json))
}

export const record = (
  value: unknown,
  more: Partial<Omit<KafkaRecord, 'key' | 'value'>> & { readonly key?: unknown } = {},
): KafkaRecord => ({
  topic: 'p.inv.t',
  partition: 0,
  offset: 7,
  ...more,
  key: bytes(more.key),
  value: bytes(value),
})

export const postgresSource = {
  version: '3.7.0.Final',
  connector: 'postgresql',
  name: 'p',
  ts_ms: 1_795_334_627_757,
  ts_us: 1_795_334_627_757_347,
  ts_ns: 1_795_334_627_757_347_000,
  snapshot: null,
  db: 'app',
  sequence: '["24858672","24858800"]',
  schema: 'inv',
  table: 't',
  txId: 880,
  lsn: 24_858_800,
  xmin: null,
}

export const mysqlSource = {
  version: '3.6.1.Final',
  connector: 'mysql',
  name: 'p',
  ts_ms: 1_795_334_627_000,
  snapshot: 'false',
  db: 'inv',
  table: 't',
  server_id: 1,
  gtid: null,
  file: 'bin.000003',
  pos: 4711,
  row: 0,
}

/** A whole envelope; the row as JSON text, so that its numbers can be any. */
export const envelope = (
  op: string,
  rows: { readonly before?: string; readonly after?: string },
  source: unknown = postgresSource,
): string =>
  `{"before":${rows.before ?? 'null'},"after":${rows.after ?? 'null'},"source":${JSON.stringify(source)},"transaction":null,"op":"${op}","ts_ms":1795334628876}`

export const change = (decoded: DebeziumRecord): DebeziumChange => {
  if (decoded.kind !== 'change') throw new TypeError(`a ${decoded.kind} where a change was expected`)
  return decoded
}
