import { expect, test } from 'vitest'
import { connectorChecks } from '../../../adapters/kafka/connector-checks.ts'
import { settingsOf } from '../../../adapters/kafka/options.ts'
import { tableName } from '../../../src/model/ids.ts'
import type { SourceTable } from '../../../src/ports/change-source.ts'

const tables: readonly SourceTable[] = [
  {
    name: tableName('att'),
    columns: [
      { name: 'id', type: 'int4', nullable: false, keyOrder: 0 },
      { name: 'scan', type: 'bytea', nullable: true, keyOrder: null },
    ],
  },
]

const verdictOf = (
  connector: Readonly<Record<string, string>>,
  more: { readonly wholeOldRows?: readonly string[] } = {},
): string | null => {
  const config = { 'topic.prefix': 'oms', 'connector.class': 'io.debezium.connector.postgresql.PostgresConnector', ...connector }
  const settings = settingsOf({ name: 'oms', brokers: ['localhost:9092'], connector: config, tables, ...more })
  return connectorChecks(settings, tables).find(({ name }) => name === 'binary.handling.mode')?.verdict ?? null
}

test('bytes that the connector does not mark when an update leaves them alone are refused where they can come', () => {
  expect(verdictOf({ 'binary.handling.mode': 'base64' })).toBe('refuse')
  expect(verdictOf({ 'binary.handling.mode': 'base64-url-safe' })).toBe('refuse')
  expect(verdictOf({ 'binary.handling.mode': 'hex' })).toBeNull()
  expect(verdictOf({})).toBeNull()
  expect(verdictOf({ 'binary.handling.mode': 'base64' }, { wholeOldRows: ['att'] })).toBeNull()
  expect(verdictOf({ 'binary.handling.mode': 'base64', 'connector.class': 'io.debezium.connector.mysql.MySqlConnector' })).toBeNull()
})
