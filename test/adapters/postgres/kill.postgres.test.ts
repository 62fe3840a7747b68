import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { startPostgresHarness } from '../../support/postgres-harness.ts'

const childFile = new URL('../../support/reading-child.ts', import.meta.url)

test('a reader that is killed again and again loses nothing and repeats nothing', async () => {
  await using harness = await startPostgresHarness()
  const file = join(harness.spoolFolder, 'read.txt')
  const options = {
    name: 'legacy',
    url: harness.url,
    schema: harness.schema,
    tables: ['account'],
    slot: harness.slot,
    createPublication: true,
    progressEveryMs: 20,
  }
  const start = (): ChildProcess =>
    spawn(process.execPath, [childFile.pathname, JSON.stringify(options), file], { stdio: ['ignore', 'inherit', 'inherit'] })
  const read = async (): Promise<readonly string[]> => {
    const text = await readFile(file, 'utf8').catch(() => '')
    return text
      .split('\n')
      .flatMap((line) => line.split(' ')[1]?.split(',') ?? [])
      .filter((id) => id !== '')
  }
  await using session = await harness.session()
  let written = 0
  let writing = true
  const writes = (async () => {
    // The test may fail and drop the database under it.
    for (; writing; written += 2) await session.run(`insert into account (id) values (${written}), (${written + 1})`)
  })()
  writes.catch(() => {})
  for (let kill = 0; kill < 4; kill += 1) {
    const already = (await read()).length
    const child = start()
    await vi.waitFor(async () => expect((await read()).length).toBeGreaterThan(already + 20 * kill), { timeout: 15_000, interval: 5 })
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  writing = false
  await writes
  const child = start()
  await vi.waitFor(async () => expect((await read()).length).toBeGreaterThanOrEqual(written), { timeout: 15_000, interval: 20 })
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(await read()).toEqual(Array.from({ length: written }, (_, id) => String(id)))
})
