import type { TestProject } from 'vitest/node'
import { startLegacyServer } from './legacy-server.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The shared server's superuser URL; take a database of your own with `freshDatabase`. */
    legacyUrl: string
  }
}

/** One PostgreSQL for the whole test run. */
export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const server = await startLegacyServer()
  project.provide('legacyUrl', server.url)
  return server.stop
}
