import { changeSourceContract } from '../../../src/testing/change-source-contract.ts'
import { startMysqlHarness } from '../../support/mysql-harness.ts'
import type { MysqlServer } from '../../../fixtures/services/mysql-server.ts'
import { failureCases } from './failure-cases.ts'
import { reconnectCases } from './reconnect-cases.ts'
import { runCases } from './run-cases.ts'
import { snapshotCases } from './snapshot-cases.ts'
import { schemaCases } from './schema-cases.ts'
import { streamCases } from './stream-cases.ts'
import { typeCases } from './type-cases.ts'

/** Registers all that holds for one kind of server, so that it is started once. */
export const everyCase = (server: MysqlServer): void => {
  changeSourceContract({
    name: server.flavour,
    start: () => startMysqlHarness(server),
    skips: {
      'char keeps its padding': 'the server cuts it off on every read',
      'a long value that was not sent is absent and named': 'a full row image has every value; the others have a test of their own',
    },
  })
  typeCases(server)
  streamCases(server)
  schemaCases(server)
  // The rest of the job does not know one from the other.
  if (server.flavour === 'mariadb') runCases(server)
  snapshotCases(server)
  reconnectCases(server)
  failureCases(server)
}
