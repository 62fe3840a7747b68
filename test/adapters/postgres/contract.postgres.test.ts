import { changeSourceContract } from '../../../src/testing/change-source-contract.ts'
import { startPostgresHarness } from '../../support/postgres-harness.ts'

changeSourceContract({ name: 'postgres 18, whole transactions', start: () => startPostgresHarness({ source: { streaming: false } }) })

// Every transaction, however small, comes in pieces.
const inPieces = '-c debug_logical_replication_streaming=immediate'
changeSourceContract({ name: 'postgres 18, transactions in pieces', start: () => startPostgresHarness({ settings: inPieces }) })
