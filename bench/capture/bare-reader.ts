import pg from 'pg'
import { escapeIdentifier, escapeLiteral } from 'pg'

export interface BareReaderOptions {
  readonly url: string
  readonly slot: string
  readonly publication: string
  /** Default: for ever, until the signal. */
  readonly commits?: number
  readonly signal?: AbortSignal
}

export interface BareRead {
  readonly messages: number
  readonly commits: number
  readonly durationMs: number
}

/** The part of the driver's connection that its types leave out. */
interface CopyConnection {
  readonly on: (event: 'copyData', listener: (message: { readonly chunk: Buffer }) => void) => void
  readonly sendCopyFromChunk: (chunk: Buffer) => void
}

/** The least that a reader of a replication slot can do: it throws everything away, and says that it has it. */
export const readBare = async (options: BareReaderOptions): Promise<BareRead> => {
  const config = { connectionString: options.url, replication: 'database' }
  const client = new pg.Client(config)
  client.on('error', () => {})
  await client.connect()
  const connection = client.connection as unknown as CopyConnection
  const done = Promise.withResolvers<void>()
  const startedAtMs = performance.now()
  let messages = 0
  let commits = 0
  let received = 0n
  connection.on('copyData', ({ chunk }) => {
    if (chunk[0] === 0x6b) {
      if (chunk[17] === 1) connection.sendCopyFromChunk(status(received))
      return
    }
    messages += 1
    if (chunk[25] !== 0x43) return
    commits += 1
    received = chunk.readBigUInt64BE(25 + 10)
    if (commits === options.commits) done.resolve()
  })
  const tell = setInterval(() => connection.sendCopyFromChunk(status(received)), 1000)
  options.signal?.addEventListener('abort', () => done.resolve(), { once: true })
  client
    .query(
      `START_REPLICATION SLOT ${escapeIdentifier(options.slot)} LOGICAL 0/0 (proto_version '1', publication_names ${escapeLiteral(options.publication)})`,
    )
    .catch(done.reject)
  try {
    await done.promise
    return { messages, commits, durationMs: performance.now() - startedAtMs }
  } finally {
    clearInterval(tell)
    client.connection.stream.destroy()
  }
}

const status = (lsn: bigint): Buffer => {
  const bytes = Buffer.alloc(34)
  bytes[0] = 0x72
  for (const offset of [1, 9, 17]) bytes.writeBigUInt64BE(lsn, offset)
  return bytes
}
