import { commonConfig } from '../../../fixtures/services/debezium-connector.ts'
import type { KafkaServer } from '../../../fixtures/services/kafka-server.ts'
import type { MysqlServer } from '../../../fixtures/services/mysql-server.ts'
import type { KafkaHarness } from '../../support/kafka-harness.ts'
import { startKafkaHarness } from '../../support/kafka-harness.ts'
import type { MysqlHarness } from '../../support/mysql-harness.ts'

let cases = 0

const classes = { mysql: 'io.debezium.connector.mysql.MySqlConnector', mariadb: 'io.debezium.connector.mariadb.MariaDbConnector' } as const

/** A connector of the server's kind on one schema. */
export const connectorOn = (
  { broker }: KafkaServer,
  { flavour }: MysqlServer,
  legacy: MysqlHarness,
  more: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> => {
  cases += 1
  const { hostname, port, username, password } = new URL(legacy.url)
  const prefix = `kafka_${process.pid}_${flavour}_${cases}`
  return {
    ...commonConfig,
    'connector.class': classes[flavour],
    'database.hostname': hostname,
    'database.port': port,
    'database.user': username,
    'database.password': password,
    'database.server.id': String(9000 + cases),
    'topic.prefix': prefix,
    'database.include.list': legacy.schema,
    'schema.history.internal.kafka.bootstrap.servers': broker,
    'schema.history.internal.kafka.topic': `history-${prefix}`,
    'schema.history.internal.store.only.captured.databases.ddl': 'true',
    ...(flavour === 'mysql' ? { 'database.allowPublicKeyRetrieval': 'true' } : {}),
    ...more,
  }
}

export const harnessOn = (
  kafka: KafkaServer,
  legacy: MysqlHarness,
  connector: Readonly<Record<string, string>>,
  tables?: readonly string[],
): Promise<KafkaHarness> =>
  startKafkaHarness({
    server: kafka,
    legacy,
    schema: legacy.schema,
    tables: legacy.openWith(tables === undefined ? {} : { tables }).tables,
    connector,
  })
