import { afterAll, test } from 'vitest'
import type { LegacyServer, LegacyServerOptions } from './legacy-server.ts'
import { startLegacyServer } from './legacy-server.ts'

/** Registers tests on a server of their own, which ends with them. Where it is not installed they are skipped with the reason, but under CI that is a failure. */
export const withPostgresServer = async (options: LegacyServerOptions, register: (server: LegacyServer) => void): Promise<void> => {
  try {
    const server = await startLegacyServer(options)
    afterAll(server.stop)
    register(server)
  } catch (error) {
    if (process.env['CI'] !== undefined) throw error
    test.skip(`PostgreSQL ${options.version ?? 18} (${error instanceof Error ? error.message : String(error)})`)
  }
}
