import { changeSourceContract } from '../../../src/testing/change-source-contract.ts'
import { startPostgresHarness } from '../../support/postgres-harness.ts'

changeSourceContract({ name: 'postgres', start: startPostgresHarness })
