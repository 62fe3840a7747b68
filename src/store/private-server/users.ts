import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { isRunning, processIdentity } from './process-identity.ts'

const usersOf = (folder: string): string => join(folder, 'users')

/** Notes that this process uses the server. The result is for {@link removeUser}. Call it under the folder's lock. */
export const addUser = async (folder: string): Promise<string> => {
  await mkdir(usersOf(folder), { recursive: true })
  const user = `${processIdentity(process.pid)}~${randomBytes(4).toString('hex')}`
  await writeFile(join(usersOf(folder), user), '')
  return user
}

/** Removes a user and those that died; true when nobody is left. Call it under the folder's lock. */
export const removeUser = async (folder: string, user: string): Promise<boolean> => {
  const others = (await readdir(usersOf(folder))).filter((name) => name !== user)
  const living = others.filter((name) => isRunning(name.slice(0, name.indexOf('~'))))
  const gone = [user, ...others.filter((name) => !living.includes(name))]
  await Promise.all(gone.map((name) => rm(join(usersOf(folder), name), { force: true })))
  return living.length === 0
}
