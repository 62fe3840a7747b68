import { createHash } from 'node:crypto'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect } from 'vitest'
import type { SourceItem } from '../../src/model/change-event.ts'
import type { ResumeToken } from '../../src/model/ids.ts'
import type { ChangeSource } from '../../src/ports/change-source.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const rows = process.env['BANYAN_SOAK'] === undefined ? 12 : 32
const rowBytes = 16 << 20
/** Less than all rows together, with room for what is on its way: PostgreSQL sends twice as many bytes, and the driver joins the pieces of a row. */
const mostHeldBytes = 160 << 20

/** How a server of a kind makes such values, and what it says of them itself. */
export interface LargeValues {
  readonly source: ChangeSource
  readonly run: (sql: string) => Promise<void>
  /** `INSERT` of rows 1 to so many into `big (id, n, body)`, in one statement; each body is 16 bytes, again and again, and another than the others. */
  readonly insert: (rows: number, repeats: number) => string
  /** SHA-256 of each body by id, in hex, as the server computes it. */
  readonly hashes: () => Promise<ReadonlyMap<number, string>>
}

interface Looked {
  readonly hashes: ReadonlyMap<number, string>
  readonly token: ResumeToken
  readonly heldBytes: number
}

/** What is let go of is taken away by a task of its own, a moment after the collection. */
const held = async (): Promise<number> => {
  for (let times = 0; times < 3; times += 1) {
    collectGarbage()
    await new Promise((resolve) => setImmediate(resolve))
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

const look = async (items: AsyncIterable<SourceItem>): Promise<Looked> => {
  const before = await held()
  const hashes = new Map<number, string>()
  let heldBytes = 0
  let token: ResumeToken | null = null
  for await (const item of items) {
    token = item.token
    if (item.kind !== 'transaction') continue
    for (const { after } of item.changes()) {
      if (!(after?.['body'] instanceof Uint8Array)) continue
      hashes.set(Number(after['id']), createHash('sha256').update(after['body']).digest('hex'))
      heldBytes = Math.max(heldBytes, (await held()) - before)
    }
  }
  return { hashes, token: token ?? expect.fail('nothing came'), heldBytes }
}

/** Values of 16 MiB are the same by snapshot, by stream and by SELECT, also when one transaction writes them all; few are held at a time. */
export const expectLargeValues = async ({ source, run, insert, hashes }: LargeValues): Promise<void> => {
  const read = (from: ResumeToken | null): AsyncIterable<SourceItem> =>
    source.read({ from, signal: new AbortController().signal, until: 'current' })
  await run(insert(rows, rowBytes / 16))
  const snapshot = await look(read(null))
  await run('DELETE FROM big')
  await run(insert(rows, rowBytes / 16))
  const stream = await look(read(snapshot.token))
  const said = await hashes()
  expect(said.size).toBe(rows)
  expect(new Map([...snapshot.hashes].sort(([a], [b]) => a - b))).toEqual(said)
  expect(new Map([...stream.hashes].sort(([a], [b]) => a - b))).toEqual(said)
  expect(snapshot.heldBytes).toBeLessThan(mostHeldBytes)
  expect(stream.heldBytes).toBeLessThan(mostHeldBytes)
}
