import { beginConnector, commonConfig, startConnector } from '../../../../fixtures/services/debezium-connector.ts'
import type { KafkaServer } from '../../../../fixtures/services/kafka-server.ts'
import type { SourceTable } from '../../../../src/ports/change-source.ts'
import { tableName } from '../../../../src/model/ids.ts'
import { postgresSession } from '../../../support/history/sessions.ts'
import { workloadTables } from '../../../support/history/workload.ts'
import type { LegacyUnderWork } from './arena.ts'

/** What a broker is told that is killed: it is let in again soon, and so is who reads it. */
export const quickBroker = ['broker.session.timeout.ms=2500', 'broker.heartbeat.interval.ms=500', 'group.min.session.timeout.ms=500']

const table = (name: string, columns: Readonly<Record<string, string>>): SourceTable => ({
  name: tableName(name),
  columns: Object.entries(columns).map(([column, type], at) => ({
    name: column,
    type,
    nullable: type === 'text',
    keyOrder: at === 0 ? 1 : null,
  })),
})

/** The workload's, as its PostgreSQL declares them. */
export const workloadShapes: readonly SourceTable[] = [
  table('mark', { id: 'character varying(40)', worker: 'integer', turn: 'integer' }),
  table('item', { id: 'integer', version: 'integer', price: 'numeric(12,2)', note: 'text' }),
]

export interface KafkaLegacyOptions {
  /** Of an empty database. */
  readonly url: string
  readonly server: KafkaServer
  /** Names connector, slot and topics. */
  readonly prefix: string
  readonly connector?: Readonly<Record<string, string>>
  readonly source?: object
  /** Rows before the connector comes. */
  readonly fill?: (url: string) => Promise<void>
  /** What breaks while the connector writes its snapshot, and Banyan reads it. */
  readonly meanwhile?: LegacyUnderWork['meanwhile']
}

/** A PostgreSQL, the real connector behind it, and its topics. */
export const kafkaLegacy = (options: KafkaLegacyOptions): LegacyUnderWork => {
  const { url, server, prefix } = options
  const connector = connectorOf(options)
  return {
    adapter: 'kafka',
    url,
    connect: () => postgresSession(url),
    tables: [...workloadTables('text'), 'ALTER TABLE item ALTER note SET STORAGE EXTERNAL'],
    source: () => ({
      brokers: [server.broker],
      connector,
      tables: workloadShapes,
      groupId: prefix,
      sessionMs: 1_000,
      progressEveryMs: 50,
      topicsEveryMs: 200,
      spoolThresholdBytes: 32 << 10,
      bufferBytes: 256 << 10,
      ...options.source,
    }),
    begin: async () => {
      await options.fill?.(url)
      await (options.meanwhile === undefined ? startConnector : beginConnector)(server, connector)
    },
    ...(options.meanwhile === undefined ? {} : { meanwhile: options.meanwhile }),
  }
}

const connectorOf = ({ url, prefix, connector }: KafkaLegacyOptions): Readonly<Record<string, string>> => {
  const { hostname, port, username, password, pathname } = new URL(url)
  return {
    ...commonConfig,
    'connector.class': 'io.debezium.connector.postgresql.PostgresConnector',
    'database.hostname': hostname,
    'database.port': port,
    'database.user': username,
    'database.password': password,
    'database.dbname': pathname.slice(1),
    'topic.prefix': prefix,
    'plugin.name': 'pgoutput',
    'slot.name': prefix,
    'publication.name': prefix,
    'publication.autocreate.mode': 'filtered',
    'table.include.list': 'public.mark,public.item',
    'decimal.handling.mode': 'string',
    ...connector,
  }
}
