import type { ClientBase, Connection, Submittable } from 'pg'

const chunkChars = 128 * 1024

/** What `pg` sends COPY through; its types leave these out. */
interface CopyConnection extends Connection {
  readonly sendCopyFromChunk: (chunk: Buffer) => void
  readonly endCopyFrom: () => void
  readonly sendCopyFail: (message: string) => void
}

/**
 * Streams lines of COPY's text format into a table and waits for the server's word. Lines are made while the socket
 * has room, so memory stays at about one chunk.
 */
export const copyRows = (client: ClientBase, into: string, lines: Iterable<string>): Promise<void> =>
  new Promise((resolve, reject) => {
    let failure: unknown = null
    client.query({
      submit: (connection: Connection): void => connection.query(`COPY ${into} FROM STDIN`),
      handleCopyInResponse: (connection: CopyConnection): void => {
        const failed = (): boolean => failure !== null
        send(connection, lines, failed).catch((error: unknown) => {
          failure = error
          connection.sendCopyFail('the rows could not be made')
        })
      },
      handleCommandComplete: (): void => undefined,
      handleError: (error: unknown): void => {
        failure ??= error
        reject(failure)
      },
      handleReadyForQuery: (): void => (failure === null ? resolve() : reject(failure)),
    } as Submittable)
  })

const send = async (connection: CopyConnection, lines: Iterable<string>, failed: () => boolean): Promise<void> => {
  let chunk = ''
  for (const line of lines) {
    chunk += line
    if (chunk.length < chunkChars) continue
    connection.sendCopyFromChunk(Buffer.from(chunk))
    chunk = ''
    if (connection.stream.writableNeedDrain) await drained(connection)
    if (failed() || !connection.stream.writable) return
  }
  if (chunk !== '') connection.sendCopyFromChunk(Buffer.from(chunk))
  connection.endCopyFrom()
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
