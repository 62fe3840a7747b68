import { changeSourceContract } from '../../../src/testing/change-source-contract.ts'
import { startPostgresHarness } from '../../support/postgres-harness.ts'
import { withPostgresServer } from '../../support/with-postgres-server.ts'
import { tableCases } from './table-cases.ts'
import { typeCases } from './type-cases.ts'

await withPostgresServer({ version: 15 }, ({ url }) => {
  // What is over 64 kB comes in pieces (less this server does not allow), all else whole.
  const settings = '-c logical_decoding_work_mem=64kB'
  changeSourceContract({ name: 'postgres 15', start: () => startPostgresHarness({ serverUrl: url, settings }) })
  tableCases(15, { serverUrl: url, settings })
  typeCases(15, { serverUrl: url, settings })
  if (process.env['BANYAN_SOAK'] !== undefined) {
    const whole = { serverUrl: url, source: { streaming: false } }
    changeSourceContract({ name: 'postgres 15, whole transactions', start: () => startPostgresHarness(whole) })
  }
})
