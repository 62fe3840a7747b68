import { execFile } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

// In a process of its own, because it lowers the priority of whoever calls it.
const program = (folder: string): string => `
  import { readFile } from 'node:fs/promises'
  import { getPriority } from 'node:os'
  import { usePrivateServer } from ${JSON.stringify(new URL('../../../../src/store/private-server/use-private-server.ts', import.meta.url).href)}
  import { giveWay } from ${JSON.stringify(new URL('../../../../src/store/private-server/give-way.ts', import.meta.url).href)}
  const server = await usePrivateServer(${JSON.stringify(folder)})
  const before = getPriority(server.pid)
  using _giving = giveWay([process.pid, server.pid])
  const session = async (pid) => (process.platform === 'linux' ? await readFile('/proc/' + pid + '/autogroup', 'utf8').catch(() => null) : null)
  console.log(JSON.stringify({ before, own: getPriority(), server: getPriority(server.pid), serverSession: await session(server.pid) }))
  await server.release()`

interface Told {
  readonly before: number
  readonly own: number
  readonly server: number
  readonly serverSession: string | null
}

/** Null where the system has no such groups. */
const session = (): Promise<string | null> => readFile('/proc/self/autogroup', 'utf8').catch(() => null)

test('a process that gives way takes its private server along', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'banyan-give-way-'))
  await chmod(parent, 0o755)
  try {
    const args = ['--input-type=module', '-e', program(join(parent, 'store'))]
    const ownSession = await session()
    const { before, own, server, serverSession } = JSON.parse((await promisify(execFile)(process.execPath, args)).stdout) as Told
    expect(before).toBeLessThan(19)
    expect([own, server]).toEqual([19, 19])
    if (serverSession !== null) expect(serverSession).toMatch(/ nice 19$/m)
    // Whoever started it, and all else that was started there, is as it was.
    expect(await session()).toBe(ownSession)
  } finally {
    await rm(parent, { recursive: true, force: true })
  }
})
