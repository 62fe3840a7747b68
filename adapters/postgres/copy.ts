import type { Duplex } from 'node:stream'
import type pg from 'pg'
import type { Submittable } from 'pg'

/** A running COPY, to us (a table) or in both directions (replication). */
export interface Copy {
  /** Stops reading from the socket; at most one more of its chunks comes through. */
  readonly pause: () => void
  readonly resume: () => void
  readonly send: (chunk: Buffer) => void
  /** Resolves when the server has sent everything and is ready again; rejects when it said no or went away. */
  readonly finished: Promise<void>
}

/** The part of the driver's connection that its types leave out. */
interface CopyConnection {
  readonly stream: Duplex
  readonly query: (text: string) => void
  readonly sendCopyFromChunk: (chunk: Buffer) => void
  readonly on: (event: string, listener: () => void) => void
  readonly off: (event: string, listener: () => void) => void
}

export interface CopyOptions {
  readonly sql: string
  /** One message of the server. The bytes are the driver's own and change after the call. */
  readonly onMessage: (bytes: Buffer) => void
}

/** Starts a COPY; resolves once the server has agreed to it. An error of `onMessage` ends it with that error. */
export const startCopy = (client: pg.Client, options: CopyOptions): Promise<Copy> => {
  const connection = client.connection as unknown as CopyConnection
  const started = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<void>()
  // Whoever waits for the start hears of a failure there; the end may have no listener yet.
  ended.promise.catch(() => {})
  const agreed = (): void => started.resolve()
  const over = (error?: unknown): void => {
    connection.off('replicationStart', agreed)
    connection.off('copyOutResponse', agreed)
    if (error === undefined) {
      started.resolve()
      ended.resolve()
    } else {
      started.reject(error)
      ended.reject(error)
    }
  }
  connection.on('replicationStart', agreed)
  connection.on('copyOutResponse', agreed)
  client.query(copyQuery(options, over))
  const copy: Copy = {
    pause: () => connection.stream.pause(),
    resume: () => connection.stream.resume(),
    send: (chunk) => connection.sendCopyFromChunk(chunk),
    finished: ended.promise,
  }
  return started.promise.then(() => copy)
}

/** A query of ours in the driver's queue: it gets every message of the server while it is the active one. */
const copyQuery = (options: CopyOptions, over: (error?: unknown) => void): Submittable => {
  let broken = false
  const query = {
    submit: (connection: pg.Connection): void => connection.query(options.sql),
    handleCopyData: (message: { readonly chunk: Buffer }): void => {
      if (broken) return
      try {
        options.onMessage(message.chunk)
      } catch (error) {
        broken = true
        over(error)
      }
    },
    handleError: (error: unknown): void => over(error),
    handleReadyForQuery: (): void => over(),
    handleCommandComplete: (): void => {},
    handleRowDescription: (): void => {},
    handleDataRow: (): void => {},
    handleEmptyQuery: (): void => {},
    handlePortalSuspended: (): void => {},
    handleCopyInResponse: (): void => {},
  }
  return query
}
