import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { position } from '../../../../src/model/ids.ts'
import { openStore } from '../../../../src/store/open.ts'
import { findPostmaster, stopPostmaster } from '../../../../src/store/private-server/postmaster.ts'
import { processIdentity } from '../../../../src/store/private-server/process-identity.ts'
import { batch, source } from '../samples.ts'
import { storeFolder } from '../store-folder.ts'

let folder: string
let remove: () => Promise<void>
const children: ChildProcess[] = []

beforeEach(async () => {
  ;({ folder, remove } = await storeFolder())
})
afterEach(async () => {
  for (const child of children.splice(0)) await kill(child)
  await stopPostmaster(folder)
  await remove()
})

const point = { position: position('1:1'), ordinal: 0 }
const startUser = (): ChildProcess => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'store-user.ts'), folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  return child
}
const says = async (child: ChildProcess, word: string): Promise<void> => {
  for await (const chunk of child.stdout ?? []) if (String(chunk).includes(word)) return
}
/** Reads on without ending the stream, unlike a loop. */
const hears = (child: ChildProcess, word: string): Promise<void> =>
  new Promise((resolve) => child.stdout?.on('data', (chunk: Buffer) => String(chunk).includes(word) && resolve()))
const kill = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}
const running = async (): Promise<boolean> => (await findPostmaster(folder)) !== null

test('the last user stops the server, an earlier one does not', async () => {
  const first = await openStore({ folder })
  const second = startUser()
  await hears(second, 'open')
  await first[Symbol.asyncDispose]()
  expect(await running()).toBe(true)
  second.kill('SIGTERM')
  await once(second, 'exit')
  expect(await running()).toBe(false)
  expect((await readdir(folder)).filter((name) => name.startsWith('making-') || name.startsWith('lock-draft'))).toEqual([])
})

test('what was committed is there after the server was stopped and started', async () => {
  const store = await openStore({ folder })
  await store.commitStage('s', null, point)
  await store[Symbol.asyncDispose]()
  const again = await openStore({ folder })
  expect(await again.stageCursor('s')).toEqual(point)
  await again[Symbol.asyncDispose]()
})

test('a killed owner leaves a running server, which the next takes over and stops', async () => {
  const owner = startUser()
  await hears(owner, 'open')
  await kill(owner)
  const left = await findPostmaster(folder)
  expect(left).not.toBeNull()
  const store = await openStore({ folder })
  expect((await findPostmaster(folder))?.pid).toBe(left?.pid)
  await store[Symbol.asyncDispose]()
  expect(await running()).toBe(false)
})

test('a killed server is a retryable failure, and what the source was told to forget is not lost', async () => {
  const store = await openStore({ folder })
  await store.openCapture(source)
  await store.commitStage('s', null, point)
  await store.commitCapture(batch(1, null))
  const server = await findPostmaster(folder)
  process.kill(server?.pid ?? 0, 'SIGKILL')
  await expect.poll(() => processIdentity(server?.pid ?? 0)).toBeNull()
  await expect(store.stageCursor('s')).rejects.toMatchObject({ code: 'store-unreachable', retryable: true })
  await store[Symbol.asyncDispose]()
  const again = await openStore({ folder })
  expect(await again.captureCursor(source)).toMatchObject({ token: 'token 1' })
  // Committed before the capture that waited for the disk, so it came to the disk before it.
  expect(await again.stageCursor('s')).toEqual(point)
  await again[Symbol.asyncDispose]()
  expect(await running()).toBe(false)
})

test('whenever the first start is killed, the next one works and leaves nothing', { timeout: 120_000 }, async () => {
  for (const delayMs of [0, 150, 350, 600, 800]) {
    const child = startUser()
    await says(child, 'started')
    await sleep(delayMs)
    await kill(child)
  }
  const store = await openStore({ folder })
  await store.commitStage('s', null, point)
  await store[Symbol.asyncDispose]()
  expect(await running()).toBe(false)
  expect((await readdir(folder)).filter((name) => name.startsWith('making-'))).toEqual([])
})

test('a half-made data directory is made anew', async () => {
  await mkdir(join(folder, 'making-0'), { recursive: true })
  if (process.getuid?.() === 0) await chmod(folder, 0o755)
  await writeFile(join(folder, 'making-0', 'PG_VERSION'), '18\n')
  await writeFile(join(folder, 'lock.3'), '1-0-stale')
  const store = await openStore({ folder })
  await store.commitStage('s', null, point)
  await store[Symbol.asyncDispose]()
  expect(await readdir(folder)).not.toContain('making-0')
})

test('many processes that start at once share one server', async () => {
  const users = [startUser(), startUser(), startUser()]
  await Promise.all(users.map((user) => hears(user, 'open')))
  const store = await openStore({ folder })
  for (const user of users) user.kill('SIGTERM')
  await Promise.all(users.map((user) => once(user, 'exit')))
  expect(users.map((user) => user.exitCode)).toEqual([0, 0, 0])
  expect(await store.stageCursor('s')).toBeNull()
  await store[Symbol.asyncDispose]()
  expect(await running()).toBe(false)
})

test('the password is secret: 0600, and in no error', async () => {
  const store = await openStore({ folder })
  const path = join(folder, 'data', 'banyan-password')
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  const password = await readFile(path, 'utf8')
  const server = await findPostmaster(folder)
  process.kill(server?.pid ?? 0, 'SIGINT')
  await expect.poll(() => running()).toBe(false)
  const failure: unknown = await store.stageCursor('s').catch((error: unknown) => error)
  expect(`${String(failure)} ${JSON.stringify(failure)} ${(failure as Error).stack}`).not.toContain(password)
  expect(await readFile(join(folder, 'server.log'), 'utf8')).not.toContain(password)
  await store[Symbol.asyncDispose]()
})

test('a folder below a file is said to be the trouble', async () => {
  await writeFile(join(dirname(folder), 'file'), '')
  await expect(openStore({ folder: join(dirname(folder), 'file', 'store') })).rejects.toMatchObject({ code: 'store-folder' })
})

test.runIf(process.getuid?.() === 0)('below a folder that the server cannot enter, its files live elsewhere', async () => {
  await chmod(dirname(folder), 0o700)
  const store = await openStore({ folder })
  await store.commitStage('s', null, point)
  await store[Symbol.asyncDispose]()
  const again = await openStore({ folder })
  expect(await again.stageCursor('s')).toEqual(point)
  await again[Symbol.asyncDispose]()
  const place = await readFile(join(folder, 'location'), 'utf8')
  expect(await findPostmaster(place)).toBeNull()
  await rm(place, { recursive: true })
})

test('data of another PostgreSQL version is refused', async () => {
  await mkdir(join(folder, 'data'), { recursive: true })
  await writeFile(join(folder, 'data', 'PG_VERSION'), '15\n')
  await expect(openStore({ folder })).rejects.toMatchObject({ code: 'store-version' })
})

test('nobody reaches the server over the network where the path has room for a socket', async () => {
  await using _store = await openStore({ folder })
  expect((await findPostmaster(folder))?.host).toBe(join(folder, 'data'))
})

test('a path that is too long for a socket gets the loopback', async () => {
  const long = join(folder, 'a-folder-with-a-name-that-is-much-too-long-for-the-path-of-a-socket-wherever-the-rest-of-it-may-be')
  await using _store = await openStore({ folder: long })
  expect((await findPostmaster(long))?.host).toBe('127.0.0.1')
})
