import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** An empty folder that every user can enter, and its removal. */
export const storeFolder = async (): Promise<{ readonly folder: string; readonly remove: () => Promise<void> }> => {
  const parent = await mkdtemp(join(tmpdir(), 'banyan-store-'))
  await chmod(parent, 0o755)
  return { folder: join(parent, 'store'), remove: () => rm(parent, { recursive: true, force: true, maxRetries: 5 }) }
}
