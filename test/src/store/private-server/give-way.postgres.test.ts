import { execFile } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

// In a process of its own, because it lowers the priority of whoever calls it.
const program = (folder: string): string => `
  import { getPriority } from 'node:os'
  import { usePrivateServer } from ${JSON.stringify(new URL('../../../../src/store/private-server/use-private-server.ts', import.meta.url).href)}
  import { giveWay } from ${JSON.stringify(new URL('../../../../src/store/private-server/give-way.ts', import.meta.url).href)}
  const server = await usePrivateServer(${JSON.stringify(folder)})
  const before = getPriority(server.pid)
  using _giving = giveWay([process.pid, server.pid])
  console.log(JSON.stringify({ before, own: getPriority(), server: getPriority(server.pid) }))
  await server.release()`

test('a process that gives way takes its private server along', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'banyan-give-way-'))
  await chmod(parent, 0o755)
  try {
    const args = ['--input-type=module', '-e', program(join(parent, 'store'))]
    const { before, own, server } = JSON.parse((await promisify(execFile)(process.execPath, args)).stdout) as Record<string, number>
    expect(before).toBeLessThan(19)
    expect([own, server]).toEqual([19, 19])
  } finally {
    await rm(parent, { recursive: true, force: true })
  }
})
