import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { BanyanError } from '../../model/errors.ts'
import type { Account } from './account.ts'
import { folderError } from './folder-error.ts'
import type { Binaries } from './binaries.ts'

export const serverMajor = '18'
export const serverUser = 'banyan'

const passwordFile = 'banyan-password'

export const dataFolder = (folder: string): string => join(folder, 'data')

/** The password that was made with the data; 0600. */
export const readPassword = (folder: string): Promise<string> => readFile(join(dataFolder(folder), passwordFile), 'utf8')

/**
 * Makes sure that the folder holds a complete data directory: it is made under another name and renamed in one step,
 * so a half-made one is never mistaken for data. Call it under the folder's lock.
 */
export const ensureData = async (folder: string, binaries: Binaries, account: Account | null): Promise<void> => {
  const data = dataFolder(folder)
  const version = await readFile(join(data, 'PG_VERSION'), 'utf8').catch(() => null)
  if (version?.trim() === serverMajor) return
  if (version !== null) {
    throw new BanyanError('store-version', `the store was made by PostgreSQL ${version.trim()}, this Banyan brings ${serverMajor}`, {
      hint: 'use the Banyan that made it, or start with an empty folder',
      where: folder,
    })
  }
  const leftovers = (await readdir(folder)).filter((name) => name.startsWith('making-'))
  await Promise.all(leftovers.map((name) => rm(join(folder, name), { recursive: true, force: true, maxRetries: 5 })))
  const making = join(folder, `making-${randomBytes(6).toString('hex')}`)
  try {
    await make(making, binaries, account)
    await rename(making, data)
    await syncFolder(folder)
  } catch (error) {
    await rm(making, { recursive: true, force: true, maxRetries: 5 }).catch(() => undefined)
    throw error
  }
}

const make = async (making: string, binaries: Binaries, account: Account | null): Promise<void> => {
  await mkdir(making, { mode: 0o700 })
  const password = randomBytes(24).toString('base64url')
  const secret = `${making}.secret`
  await writeFile(secret, password, { mode: 0o600 })
  try {
    if (account !== null) await Promise.all([making, secret].map((path) => chown(path, account.uid, account.gid)))
    await initdb(making, secret, binaries, account)
    const path = join(making, passwordFile)
    await rename(secret, path)
  } finally {
    await rm(secret, { force: true })
  }
}

const initdb = (making: string, secret: string, binaries: Binaries, account: Account | null): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(
      binaries.initdb,
      ['-D', making, '-U', serverUser, `--pwfile=${secret}`, '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C'],
      { ...account, cwd: '/', env: { PATH: process.env['PATH'], LC_ALL: 'C' }, stdio: ['ignore', 'ignore', 'pipe'] },
    )
    let output = ''
    child.stderr.on('data', (chunk: Buffer) => (output = (output + String(chunk)).slice(-4_000)))
    child.once('error', (error) => reject(folderError(error, making)))
    child.once('close', (code) => (code === 0 ? resolve() : reject(folderError(output, making))))
  })

/** A rename is durable when its folder is. */
const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
