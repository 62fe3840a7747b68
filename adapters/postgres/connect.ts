import type { ClientConfig } from 'pg'
import pg from 'pg'
import { failure } from './failure.ts'
import type { Settings } from './options.ts'

/**
 * Text forms must not depend on the server's configuration: the same value has the same text on every connection.
 * row_security=off makes a policy that hides rows an error, where it would otherwise be a silent loss.
 */
const session = [
  'datestyle=ISO',
  'intervalstyle=postgres',
  'timezone=UTC',
  'extra_float_digits=3',
  'bytea_output=hex',
  'client_encoding=UTF8',
  'row_security=off',
  'statement_timeout=0',
  'lock_timeout=0',
  'idle_in_transaction_session_timeout=0',
]
  .map((setting) => `-c ${setting}`)
  .join(' ')

const asText = { getTypeParser: () => (text: string) => text } as unknown as NonNullable<ClientConfig['types']>

const politeMs = 1000

/** The system asks a peer that is silent for so long whether it is there; by itself it would wait for two hours. */
const keepAliveMs = 10_000

/** Connections of one `read`, so that all of them can be cut at once. */
export interface Connections extends Disposable {
  /** Values of every type come as the server's text. */
  readonly open: (kind: 'query' | 'replication') => Promise<pg.Client>
  readonly close: (client: pg.Client) => void
}

export const connections = (settings: Settings): Connections => {
  const open = new Map<pg.Client, 'query' | 'replication'>()
  const close = (client: pg.Client): void => {
    const kind = open.get(client)
    open.delete(client)
    const { stream } = client.connection
    if (kind === 'query' || ('connecting' in stream && stream.connecting === true)) {
      stream.destroy()
      return
    }
    // Politely: cut with bytes still unread, the connection could take the last acknowledgement with it.
    client.connection.end()
    stream.resume()
    setTimeout(() => stream.destroy(), politeMs).unref()
  }
  return {
    open: async (kind) => {
      const client = new pg.Client(clientConfig(settings, kind))
      // A lost connection rejects the query under way; without a listener it would end the process as well.
      client.on('error', () => {})
      open.set(client, kind)
      try {
        await client.connect()
        return client
      } catch (error) {
        close(client)
        throw failure(error, settings)
      }
    },
    close,
    [Symbol.dispose]: () => {
      for (const client of open.keys()) close(client)
    },
  }
}

const clientConfig = (settings: Settings, kind: 'query' | 'replication'): ClientConfig => ({
  connectionTimeoutMillis: 15_000,
  keepAlive: true,
  keepAliveInitialDelayMillis: keepAliveMs,
  fallback_application_name: 'banyan',
  ...settings.client,
  options: settings.client.options === undefined ? session : `${settings.client.options} ${session}`,
  types: asText,
  ...(kind === 'replication' ? { replication: 'database' } : {}),
})

/** Rows of a statement without parameters (a replication connection takes no others), as text by column name. */
export const rowsOf = async (client: pg.Client, sql: string): Promise<readonly Readonly<Record<string, string | null>>[]> => {
  const result = await client.query<Record<string, string | null>>(sql)
  return result.rows
}
