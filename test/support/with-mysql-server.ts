import { afterAll, test } from 'vitest'
import { BanyanError } from '../../src/model/errors.ts'
import type { Flavour, MysqlServer, MysqlServerOptions } from '../../fixtures/services/mysql-server.ts'
import { startMysqlServer } from '../../fixtures/services/mysql-server.ts'

/**
 * Registers tests on a server of their own, which ends with them. Where none can be had they are skipped with the reason,
 * but under CI that is a failure: except where the suite that alone has MySQL, and promises nothing, does not give it that day.
 */
export const withMysqlServer = async (
  flavour: Flavour,
  register: (server: MysqlServer) => unknown,
  options: MysqlServerOptions = {},
): Promise<void> => {
  try {
    const server = await startMysqlServer(flavour, options)
    afterAll(server.stop)
    await register(server)
  } catch (error) {
    const isTheirs = error instanceof BanyanError && error.retryable
    if (process.env['CI'] !== undefined && !isTheirs) throw error
    const why = error instanceof Error ? error.message : String(error)
    if (isTheirs) console.warn(`${flavour}: ${why}`, error.cause)
    test.skip(`${flavour} (${why})`)
  }
}
