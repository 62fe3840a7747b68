import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { run } from '../../../src/pipeline/run.ts'
import type { Store } from '../../../src/ports/store.ts'
import { openStore } from '../../../src/store/open.ts'
import { freshDatabase } from '../../support/fresh-database.ts'
import { recordedShop, recordShop, wellBehaved } from './recorded-shop.ts'

/** The same store, which looks at who has what a while after somebody was told that it will. */
const slowToLook = (store: Store, onLook: () => void): Store => ({
  ...store,
  join: async () => {
    const membership = await store.join()
    return {
      ...membership,
      look: async (waitsFor) => {
        onLook()
        await sleep(50)
        return membership.look(waitsFor)
      },
    }
  },
})

// A rejection that nobody hears of ends the process, and fails this test by vitest's own count.
it('a run that is stopped while it asks for its first stage ends as one that is stopped later', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'banyan-stopped-early-'))
  const database = await freshDatabase()
  try {
    const file = join(folder, 'shop.ndjson')
    await recordShop(file, 10)
    await using store = await openStore({ url: database.url })
    const stopped = new AbortController()
    const config = recordedShop({ file, answer: wellBehaved, limits: {} })
    const running = run({ config, store: slowToLook(store, () => stopped.abort()), signal: stopped.signal })
    await expect(running).resolves.toBeUndefined()
  } finally {
    await database.drop()
    await rm(folder, { recursive: true, force: true })
  }
})
