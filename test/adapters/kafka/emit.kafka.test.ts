import { afterAll, describe, test, vi } from 'vitest'
import { startKafkaBroker } from '../../../fixtures/services/kafka-server.ts'
import { lostPlacesCases } from './lost-places-cases.ts'
import { killCases } from './emit/kill-cases.ts'
import { runCases } from './emit/run-cases.ts'
import { snapshotCases } from './emit/snapshot-cases.ts'
import { preflightCases } from './produce/preflight-cases.ts'
import { producerCases } from './produce/producer-cases.ts'

vi.setConfig({ testTimeout: 60_000 })

/** Where Java cannot be had the cases are skipped with the reason, but under CI that is a failure. */
const started = await startKafkaBroker().catch((error: unknown) => {
  if (process.env['CI'] !== undefined) throw error
  return String(error)
})
const server = typeof started === 'string' ? null : started
afterAll(() => server?.stop())

if (server === null) test.skip(`a broker (${started})`)
else {
  describe('the producer', () => producerCases(server.broker))
  describe('what is asked before', () => preflightCases(server.broker))
  describe('topics that lose records', () => lostPlacesCases(server.broker))
  describe('an emission', () => {
    killCases(server)
    runCases(server.broker)
    snapshotCases(server.broker)
  })
}
