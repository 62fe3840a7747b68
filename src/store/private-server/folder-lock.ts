import { randomBytes } from 'node:crypto'
import { link, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { BanyanError } from '../../model/errors.ts'
import { isRunning, processIdentity } from './process-identity.ts'

const pollMs = 15
const free = 'free'

/**
 * Runs `work` while no other process does so in this folder. The lock of a dead process is taken over.
 *
 * Locks are numbered files and the highest counts. It is taken by creating the next number, which only one can do, and
 * given back by overwriting its own file; the highest is never removed, so that no number is ever given out twice.
 */
export const withFolderLock = async <T>(folder: string, work: () => Promise<T>, patienceMs = 60_000): Promise<T> => {
  const path = await acquire(folder, Date.now() + patienceMs)
  try {
    return await work()
  } finally {
    await replace(path, free)
  }
}

const acquire = async (folder: string, until: number): Promise<string> => {
  const me = processIdentity(process.pid) ?? String(process.pid)
  for (;;) {
    const highest = Math.max(0, ...(await numbers(folder)))
    const holder = highest === 0 ? free : await readHolder(pathOf(folder, highest))
    if (holder === free || !isRunning(holder)) {
      const taken = await create(folder, highest + 1, me)
      if (taken !== null) return taken
    } else if (Date.now() > until) {
      throw new BanyanError('store-folder', `the store folder is being started or stopped by process ${Number.parseInt(holder, 10)}`, {
        hint: 'wait for that process, or end it',
        where: folder,
        retryable: true,
      })
    }
    await sleep(pollMs * (0.5 + Math.random()))
  }
}

const create = async (folder: string, number: number, me: string): Promise<string | null> => {
  const path = pathOf(folder, number)
  const draft = await writeDraft(folder, me)
  try {
    await link(draft, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return null
    throw error
  } finally {
    await rm(draft, { force: true })
  }
  const all = await numbers(folder)
  if (Math.max(...all) > number) {
    // Others went on since the look; a low number that was cleaned away says nothing.
    await rm(path, { force: true })
    return null
  }
  await Promise.all(all.filter((other) => other < number).map((other) => rm(pathOf(folder, other), { force: true })))
  return path
}

const replace = async (path: string, text: string): Promise<void> => {
  const draft = await writeDraft(join(path, '..'), text)
  await rename(draft, path)
}

const writeDraft = async (folder: string, text: string): Promise<string> => {
  const draft = join(folder, `lock-draft-${process.pid}-${randomBytes(6).toString('hex')}`)
  await writeFile(draft, text)
  return draft
}

const pathOf = (folder: string, number: number): string => join(folder, `lock.${number}`)

const numbers = async (folder: string): Promise<number[]> =>
  (await readdir(folder)).flatMap((name) => (/^lock\.\d+$/.test(name) ? [Number(name.slice('lock.'.length))] : []))

const readHolder = async (path: string): Promise<string> => {
  try {
    return await readFile(path, 'utf8')
  } catch {
    // Cleaned away by the next holder: the following look sees it.
    return ''
  }
}
