import type { ErrorCode } from '../../src/model/errors.ts'
import { BanyanError } from '../../src/model/errors.ts'
import { certificateHint } from '../log/certificate-failure.ts'
import type { Settings } from './options.ts'

interface Explanation {
  readonly code: ErrorCode
  readonly hint: string
  readonly retryable?: true
}

const unreachable: Explanation = {
  code: 'source-unreachable',
  hint: 'check that the server runs and that host and port are right; Banyan goes on from its last position when it is back',
  retryable: true,
}

const privilege: Explanation = {
  code: 'source-privilege',
  hint: 'grant REPLICATION SLAVE, REPLICATION CLIENT and SELECT on the captured tables; `banyan doctor` prints the SQL',
}

/** Error name of the driver, or errno name, to what it means for a change source. */
const explanations: Readonly<Record<string, Explanation>> = {
  ECONNREFUSED: unreachable,
  ECONNRESET: unreachable,
  EPIPE: unreachable,
  ETIMEDOUT: unreachable,
  ENOTFOUND: unreachable,
  EAI_AGAIN: unreachable,
  EHOSTUNREACH: unreachable,
  PROTOCOL_CONNECTION_LOST: unreachable,
  ER_SERVER_SHUTDOWN: unreachable,
  ER_NORMAL_SHUTDOWN: unreachable,
  ER_CON_COUNT_ERROR: { ...unreachable, hint: 'the server has no free connection; raise max_connections' },
  ER_ACCESS_DENIED_ERROR: { code: 'source-refused', hint: 'check user name and password, and the hosts that the user may come from' },
  ER_BAD_DB_ERROR: { code: 'source-refused', hint: 'check the name of the database' },
  ER_DBACCESS_DENIED_ERROR: privilege,
  ER_SPECIFIC_ACCESS_DENIED_ERROR: privilege,
  ER_TABLEACCESS_DENIED_ERROR: privilege,
  ER_NO_SUCH_TABLE: { code: 'source-preflight', hint: 'a captured table is gone; correct the option tables' },
  ER_NO_BINARY_LOGGING: { code: 'source-preflight', hint: 'set log_bin and server_id in the configuration and restart the server' },
  ER_LOCK_WAIT_TIMEOUT: {
    code: 'source-refused',
    hint: 'a long transaction writes to a captured table; start again when it has ended, or raise the option lockWaitMs',
    retryable: true,
  },
}

/** What the server says where a reader's place is not in its log (any more), all under one error number. */
const fatalReading = /ER_MASTER_FATAL_ERROR_READING_BINLOG|ER_SOURCE_FATAL_ERROR_READING_BINLOG/

/** Said to a reader whose place another one with its server id has taken. */
const sameId = /same server_uuid|same server_id/

/** The driver's own code takes the place of Node's, which would say what about the certificate was not right; the message does. */
const tlsFailure = 'HANDSHAKE_SSL_ERROR'

/** Any failure of driver or server, as the one error class, with place and mend; never with a secret. */
export const failure = (error: unknown, settings: Settings): BanyanError => {
  if (error instanceof BanyanError) return error
  const message = error instanceof Error && error.message !== '' ? error.message : errorCode(error) || String(error)
  const code = errorCode(error)
  if (fatalReading.test(code) || sameId.test(message)) return readingFailure(message, settings, error)
  if (code === tlsFailure) return sourceError(settings, 'source-refused', message, certificateHint, error)
  const known =
    explanations[code] ?? (/closed state|closed the connection|connection lost|timeout/i.test(message) ? unreachable : undefined)
  if (known === undefined) return sourceError(settings, 'source-refused', message, 'the server said no; its log may say more', error)
  return new BanyanError(known.code, message, {
    hint: known.hint,
    where: whereOf(settings),
    retryable: known.retryable ?? false,
    cause: error,
  })
}

const readingFailure = (message: string, settings: Settings, cause: unknown): BanyanError =>
  sameId.test(message)
    ? sourceError(
        settings,
        'source-slot-in-use',
        message,
        `another reader or replica has the server id ${settings.serverId}; stop it, or set the option serverId`,
        cause,
      )
    : sourceError(
        settings,
        'source-position-lost',
        message,
        'the server no longer keeps the log since the last position; begin again with a snapshot into an empty store, and let it keep its log for longer',
        cause,
      )

export const sourceError = (settings: Settings, code: ErrorCode, message: string, hint: string, cause?: unknown): BanyanError =>
  new BanyanError(code, message, {
    hint,
    where: whereOf(settings),
    retryable: code === 'source-unreachable',
    ...(cause === undefined ? {} : { cause }),
  })

/** An aggregate of refused addresses (IPv6 and IPv4) has no code of its own. */
export const errorCode = (error: unknown): string => {
  if (typeof error !== 'object' || error === null) return ''
  if ('code' in error && typeof error.code === 'string') return error.code
  return error instanceof AggregateError ? errorCode(error.errors[0]) : ''
}

/** Source and server for people, without user or password. */
export const whereOf = ({ name, client, schema }: Settings): string => `${name} (${client.host}:${client.port}/${schema})`
