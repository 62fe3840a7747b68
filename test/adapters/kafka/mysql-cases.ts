import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, test, vi } from 'vitest'
import { startKafkaServer } from '../../../fixtures/services/kafka-server.ts'
import type { MysqlServer } from '../../../fixtures/services/mysql-server.ts'
import { changeSourceContract } from '../../../src/testing/change-source-contract.ts'
import { startMysqlHarness } from '../../support/mysql-harness.ts'
import { connectorOn, harnessOn } from './mysql-connector.ts'
import { mysqlParityCase } from './mysql-parity.ts'

const reread = 'the connector reads tables again, by its own signals'

const everywhere = { y: 'the year 0 comes as 1900', e: 'a label with a comma comes with a backslash before it' } as const

/** Columns that are not the same as natively. */
const differing = {
  mysql: { ...everywhere, j: 'numbers beyond a double’s digits are printed in another way' },
  mariadb: { ...everywhere, u4: 'a UUID that ends with a zero byte comes shifted by it' },
} as const

/** Registers everything that is tried through Debezium's connector for one kind of server. */
export const debeziumCases = async (server: MysqlServer): Promise<void> => {
  // Every case starts a connector.
  vi.setConfig({ testTimeout: 120_000 })
  setFlagsFromString('--expose-gc')
  globalThis.gc = runInNewContext('gc') as NonNullable<typeof globalThis.gc>
  const { flavour } = server
  const started = await startKafkaServer([flavour]).catch((error: unknown) => {
    if (process.env['CI'] !== undefined) throw error
    return String(error)
  })
  if (typeof started === 'string') {
    test.skip(`Debezium (${started})`)
    return
  }
  afterAll(() => started.stop())
  changeSourceContract({
    name: `Debezium for ${flavour}`,
    start: async () => {
      const legacy = await startMysqlHarness(server)
      return harnessOn(started, legacy, connectorOn(started, server, legacy))
    },
    skips: {
      'char keeps its padding': 'the server cuts it off on every read',
      'a long value that was not sent is absent and named': 'a full row image has every value',
      'a read that ends has read again what was asked for at its beginning': reread,
      'a table that is asked for again comes beside the stream, and nothing older follows something newer': reread,
      'one that is interrupted goes on from its token, without being asked for again': reread,
      'a snapshot that was interrupted begins again from the beginning':
        'the snapshot is the connector’s: it lies in the topics as it was made',
      'a snapshot that was interrupted goes on from where it was, or begins again, and says which':
        'the same; what changed since comes as changes',
    },
  })
  mysqlParityCase(started, server, { name: 'as it comes', connector: {}, differ: differing[flavour] })
  const times = 'beyond a day and below zero they come as null'
  mysqlParityCase(started, server, {
    name: 'texts',
    connector: {
      'time.precision.mode': 'isostring',
      'decimal.handling.mode': 'string',
      'bigint.unsigned.handling.mode': 'precise',
      'binary.handling.mode': 'hex',
    },
    differ: { ...differing[flavour], t0: times, t1: times, t3: times, t6: times },
  })
}
