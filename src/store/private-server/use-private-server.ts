import { constants } from 'node:fs'
import { access, chmod, mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { serverAccount } from './account.ts'
import { binariesFor } from './binaries.ts'
import { ensureData, readPassword, serverUser } from './data-folder.ts'
import { folderError } from './folder-error.ts'
import { openPlace } from './open-place.ts'
import { withFolderLock } from './folder-lock.ts'
import { startPostmaster, stopPostmaster } from './postmaster.ts'
import { addUser, removeUser } from './users.ts'

export interface PrivateServer {
  readonly connection: {
    readonly host: string
    readonly port: number
    readonly user: string
    readonly password: string
    readonly database: string
  }
  readonly pid: number
  /** Ends this use; the last user stops the server. */
  readonly release: () => Promise<void>
}

/**
 * A PostgreSQL of our own in a folder, shared by all processes that use the folder: made on first use, started when it
 * does not run, taken over when its owner was killed, stopped when the last user ends. A kill at any instant is mended by the next use.
 */
export const usePrivateServer = async (path: string): Promise<PrivateServer> => {
  const folder = resolve(path)
  try {
    return await use(folder)
  } catch (error) {
    throw folderError(error, folder)
  }
}

const use = async (asked: string): Promise<PrivateServer> => {
  const account = await serverAccount()
  const firstMade = await mkdir(asked, { recursive: true, mode: account === null ? 0o700 : 0o755 })
  if (firstMade !== undefined && account !== null) await chmod(asked, 0o755)
  await access(asked, constants.W_OK)
  const folder = await openPlace(asked, account)
  return withFolderLock(folder, async () => {
    const binaries = await binariesFor(account, folder)
    await ensureData(folder, binaries, account)
    const user = await addUser(folder)
    const release = (): Promise<void> =>
      withFolderLock(folder, async () => {
        if (await removeUser(folder, user)) await stopPostmaster(folder)
      })
    try {
      const { host, port, pid } = await startPostmaster(folder, binaries, account)
      const password = await readPassword(folder)
      return { connection: { host, port, user: serverUser, password, database: 'postgres' }, pid, release }
    } catch (error) {
      await removeUser(folder, user)
      throw error
    }
  })
}
