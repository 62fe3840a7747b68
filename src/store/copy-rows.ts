import type { ClientBase, Connection, Submittable } from 'pg'

const chunkChars = 128 * 1024

/** What `pg` sends COPY through; its types leave these out. */
interface CopyConnection extends Connection {
  readonly sendCopyFromChunk: (chunk: Buffer) => void
  readonly endCopyFrom: () => void
  readonly sendCopyFail: (message: string) => void
}

/** Statements without parameters that go to the server together with the COPY, for each turn costs more than most of them. */
export interface AroundCopy {
  readonly before?: string
  readonly after?: string
  /** Called when the first rows are on their way. */
  readonly onSending?: () => void
}

/**
 * Streams lines of COPY's text format, or chunks of whole ones, into a table and waits for the server's word. Lines are made while the socket
 * has room, so memory stays at about one chunk. Gives the number of rows of the last statement.
 */
export const copyRows = (client: ClientBase, into: string, lines: Iterable<string | Buffer>, around: AroundCopy = {}): Promise<number> =>
  new Promise((resolve, reject) => {
    let failure: unknown = null
    let rowCount = 0
    const statements = [around.before, `COPY ${into} FROM STDIN`, around.after].filter((statement) => statement !== undefined)
    client.query({
      submit: (connection: Connection): void => connection.query(statements.join('; ')),
      handleCopyInResponse: (connection: CopyConnection): void => {
        const failed = (): boolean => failure !== null
        send(connection, lines, failed).catch((error: unknown) => {
          failure = error
          connection.sendCopyFail('the rows could not be made')
        })
        around.onSending?.()
      },
      // Such as `COPY 17` or `INSERT 0 17`.
      handleCommandComplete: ({ text }: { readonly text: string }): void => {
        rowCount = Number(text.slice(text.lastIndexOf(' ') + 1))
      },
      handleError: (error: unknown): void => {
        failure ??= error
        reject(failure)
      },
      handleReadyForQuery: (): void => (failure === null ? resolve(rowCount) : reject(failure)),
    } as Submittable)
  })

const send = async (connection: CopyConnection, lines: Iterable<string | Buffer>, failed: () => boolean): Promise<void> => {
  let chunk: Buffer | null = null
  for (const next of chunksOf(lines)) {
    if (chunk !== null) {
      connection.sendCopyFromChunk(chunk)
      if (connection.stream.writableNeedDrain) await drained(connection)
      if (failed() || !connection.stream.writable) return
    }
    chunk = next
  }
  // As one: each write wakes the server, and most copies are no longer than a chunk.
  connection.stream.cork()
  if (chunk !== null) connection.sendCopyFromChunk(chunk)
  connection.endCopyFrom()
  connection.stream.uncork()
}

/** What is bytes already is a chunk as it is. */
function* chunksOf(lines: Iterable<string | Buffer>): Generator<Buffer, undefined> {
  let chunk = ''
  for (const line of lines) {
    if (typeof line !== 'string') {
      yield line
      continue
    }
    chunk += line
    if (chunk.length < chunkChars) continue
    yield Buffer.from(chunk)
    chunk = ''
  }
  if (chunk !== '') yield Buffer.from(chunk)
}

const drained = (connection: Connection): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      connection.stream.off('drain', done)
      connection.stream.off('close', done)
      resolve()
    }
    connection.stream.on('drain', done)
    connection.stream.on('close', done)
  })
