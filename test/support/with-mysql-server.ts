import { afterAll, test } from 'vitest'
import type { Flavour, MysqlServer } from './mysql-server.ts'
import { startMysqlServer } from './mysql-server.ts'

/**
 * Registers tests on a server of their own, which ends with them. Where none can be had they are skipped with the reason,
 * but under CI that is a failure.
 */
export const withMysqlServer = async (flavour: Flavour, register: (server: MysqlServer) => void): Promise<void> => {
  try {
    const server = await startMysqlServer(flavour)
    afterAll(server.stop)
    register(server)
  } catch (error) {
    if (process.env['CI'] !== undefined) throw error
    test.skip(`${flavour} (${error instanceof Error ? error.message : String(error)})`)
  }
}
