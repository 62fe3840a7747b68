import { isIP } from 'node:net'
import type { Connection, ConnectionOptions, SslOptions } from 'mysql2'
import { createConnection } from 'mysql2'
import { failure } from './failure.ts'
import type { Settings } from './options.ts'

const daySeconds = 86_400
const yearSeconds = 31_536_000

/**
 * Text forms must not depend on the server's configuration. Time-outs of the server are far off, because a consumer that is
 * slow to take what was sent, or a log that keeps one connection busy for long, must not cost another.
 */
export const sessionSql: string = `SET SESSION time_zone = '+00:00', sql_mode = '', net_write_timeout = ${daySeconds}, wait_timeout = ${yearSeconds}`

/** The system asks a peer that is silent for so long whether it is there; by itself it would wait for two hours. */
const keepAliveMs = 10_000

/** Connections of one `read`, so that all of them can be cut at once. */
export interface Connections extends Disposable {
  readonly open: () => Promise<Connection>
  readonly close: (connection: Connection) => void
}

export const connections = (settings: Settings): Connections => {
  const open = new Set<Connection>()
  const close = (connection: Connection): void => {
    open.delete(connection)
    connection.destroy()
  }
  return {
    open: async () => {
      const connection = createConnection(clientOptions(settings))
      // A lost connection rejects the query under way; without a listener it would end the process as well.
      connection.on('error', () => {})
      open.add(connection)
      try {
        await rowsOf(connection, sessionSql)
        return connection
      } catch (error) {
        close(connection)
        throw failure(error, settings)
      }
    },
    close,
    [Symbol.dispose]: () => {
      for (const connection of open) close(connection)
    },
  }
}

/** With TLS the server's name is held against its certificate, which the driver does only when asked to, and of an address cannot. */
export const clientOptions = ({ client }: Settings): ConnectionOptions => {
  const { database, ssl, ...parts } = client
  return {
    ...parts,
    ...(ssl === undefined ? {} : { ssl: { verifyIdentity: isIP(parts.host) === 0, ...ssl } as SslOptions }),
    ...(database === '' ? {} : { database }),
    charset: 'utf8mb4',
    connectTimeout: 15_000,
    enableKeepAlive: true,
    keepAliveInitialDelay: keepAliveMs,
    connectAttributes: { program_name: 'banyan' },
  }
}

export type TextRow = Readonly<Record<string, string | null>>

/** Rows of a statement, every value as the server's text. */
export const rowsOf = (connection: Connection, sql: string): Promise<readonly TextRow[]> =>
  new Promise((resolve, reject) => {
    connection.query({ sql, typeCast: (field) => field.string() }, (error: unknown, rows: unknown) => {
      if (error !== null) reject(error)
      else resolve(Array.isArray(rows) ? (rows as TextRow[]) : [])
    })
  })

/** A text in quotes; the session has no mode that would read it otherwise. */
export const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`

/** A name in quotes. */
export const quotedName = (name: string): string => `\`${name.replaceAll('`', '``')}\``
