import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BanyanError } from '../../model/errors.ts'
import type { Account } from './account.ts'
import { closedTo } from './account.ts'

const openParent = '/var/lib/banyan'
const pointer = 'location'

/**
 * Where the server's files live: the folder itself, or, when we are root and the server's user cannot enter it (a home
 * of mode 0700), a folder of its own below /var/lib/banyan that the file `location` in the folder names.
 */
export const openPlace = async (folder: string, account: Account | null): Promise<string> => {
  if (account === null) return folder
  const closed = await closedTo(account, folder)
  if (closed === null) return folder
  const path = join(folder, pointer)
  // Who writes first decides.
  await writeFile(path, join(openParent, randomBytes(8).toString('hex')), { flag: 'wx' }).catch(() => undefined)
  const place = (await readFile(path, 'utf8')).trim()
  await mkdir(place, { recursive: true, mode: 0o755 })
  const stillClosed = await closedTo(account, place)
  if (stillClosed === null) return place
  throw new BanyanError('store-folder', `the server runs as the user postgres, who cannot enter ${closed}, nor ${stillClosed}`, {
    hint: `choose a folder that every user can enter (chmod a+x ${closed} would also do), or run as another user than root`,
    where: folder,
  })
}
