import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { BanyanError } from '../../model/errors.ts'

const execute = promisify(execFile)

/** Whom the server runs as: null for ourselves, else (we are root, which PostgreSQL refuses) the user `postgres`. */
export interface Account {
  readonly uid: number
  readonly gid: number
}

export const serverAccount = async (): Promise<Account | null> => {
  if (process.getuid?.() !== 0) return null
  const known = await lookUp()
  if (known !== null) return known
  await execute('groupadd', ['postgres']).catch(() => undefined)
  await execute('useradd', ['-g', 'postgres', 'postgres']).catch(() => undefined)
  const made = await lookUp()
  if (made !== null) return made
  throw new BanyanError('store-folder', 'PostgreSQL refuses to run as root, and the user postgres could not be created', {
    hint: 'create the user postgres, run as another user, or give the store a url',
  })
}

const lookUp = async (): Promise<Account | null> => {
  try {
    const [uid, gid] = await Promise.all([execute('id', ['-u', 'postgres']), execute('id', ['-g', 'postgres'])])
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
  } catch {
    return null
  }
}

/** The first folder on the way to `path` that the account cannot enter; null when it can enter all. */
export const closedTo = async (account: Account, path: string): Promise<string | null> => {
  const way: string[] = []
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    way.unshift(folder)
    if (folder === dirname(folder)) break
  }
  for (const folder of way) {
    const { mode, uid, gid } = await stat(folder)
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001
    if ((mode & bit) === 0) return folder
  }
  return null
}
