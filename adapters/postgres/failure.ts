import type { ErrorCode } from '../../src/model/errors.ts'
import { BanyanError } from '../../src/model/errors.ts'
import { certificateHint, isCertificateFailure } from '../log/certificate-failure.ts'
import { newSnapshotPlan } from './new-snapshot.ts'
import type { Settings } from './options.ts'

interface Explanation {
  readonly code: ErrorCode
  readonly hint: string
  readonly retryable?: true
}

const unreachableServer: Explanation = {
  code: 'source-unreachable',
  hint: 'check that the server runs and that host and port are right; Banyan goes on from its last position when it is back',
  retryable: true,
}

/** SQLSTATE, or errno name, to what it means for a change source. */
const explanations: Readonly<Record<string, Explanation>> = {
  ECONNREFUSED: unreachableServer,
  ECONNRESET: unreachableServer,
  EPIPE: unreachableServer,
  ETIMEDOUT: unreachableServer,
  ENOTFOUND: unreachableServer,
  EAI_AGAIN: unreachableServer,
  EHOSTUNREACH: unreachableServer,
  EHOSTDOWN: unreachableServer,
  ENETUNREACH: unreachableServer,
  ENETDOWN: unreachableServer,
  ECONNABORTED: unreachableServer,
  '08000': unreachableServer,
  '08003': unreachableServer,
  '08006': unreachableServer,
  '57P01': unreachableServer,
  '57P02': unreachableServer,
  '57P03': unreachableServer,
  '53300': { ...unreachableServer, hint: 'the server has no free connection or walsender; raise max_connections or max_wal_senders' },
  '28P01': { code: 'source-refused', hint: 'check user name and password' },
  '28000': { code: 'source-refused', hint: 'check user name and pg_hba.conf; a replication role needs LOGIN and REPLICATION' },
  '3D000': { code: 'source-refused', hint: 'check the name of the database' },
  '42501': {
    code: 'source-privilege',
    hint: 'grant REPLICATION to the role and SELECT on the captured tables; `banyan doctor` prints the SQL',
  },
  '55006': { code: 'source-slot-in-use', hint: 'another Banyan reads this slot; stop it, or give this one a slot of its own' },
  '42704': { code: 'source-slot-lost', hint: 'the slot or the publication is gone; `banyan doctor` says which and prints the SQL' },
  '53400': { code: 'source-preflight', hint: 'no replication slot is free; raise max_replication_slots or drop one that nobody uses' },
  '42P01': { code: 'source-preflight', hint: 'a captured table is gone; correct the option tables' },
}

/** Any failure of driver or server, as the one error class, with place and mend; never with a secret. */
export const failure = (error: unknown, settings: Settings): BanyanError => {
  if (error instanceof BanyanError) return error
  const message = error instanceof Error && error.message !== '' ? error.message : String(error)
  const code = errorCode(error)
  if (isCertificateFailure(code)) return sourceError(settings, 'source-refused', message, certificateHint, error)
  const known = explanations[code] ?? (/terminated|timeout|closed|connection error/i.test(message) ? unreachableServer : undefined)
  if (code === '55000' && /wal_level/.test(message)) {
    return sourceError(settings, 'source-preflight', message, 'ALTER SYSTEM SET wal_level = logical; and restart the server', error)
  }
  if (code === '55000' && /recovery|standby/.test(message)) {
    return sourceError(settings, 'source-preflight', message, 'connect to the primary, or to a standby of PostgreSQL 16 or later', error)
  }
  if (code === '55000' || code === '58P01') {
    return sourceError(settings, 'source-slot-lost', message, newSnapshotPlan(settings, { dropSlot: true }), error)
  }
  if (known === undefined) {
    return sourceError(settings, 'source-refused', message, 'the server said no; its log may say more', error)
  }
  return new BanyanError(known.code, message, {
    hint: known.hint,
    where: place(settings),
    retryable: known.retryable ?? false,
    cause: error,
  })
}

/** Worth another try by a reader that has been reading: also a slot that the server still holds for the connection that broke. */
export const isPassing = ({ retryable, code }: BanyanError): boolean => retryable || code === 'source-slot-in-use'

export const sourceError = (settings: Settings, code: ErrorCode, message: string, hint: string, cause?: unknown): BanyanError =>
  new BanyanError(code, message, {
    hint,
    where: place(settings),
    retryable: code === 'source-unreachable',
    ...(cause === undefined ? {} : { cause }),
  })

/** A connection that gave no error of its own. */
export const unreachable = (settings: Settings, message: string): BanyanError => {
  const { code, hint } = unreachableServer
  return new BanyanError(code, message, { hint, where: place(settings), retryable: true })
}

/** An aggregate of refused addresses (IPv6 and IPv4) has no code of its own. */
export const errorCode = (error: unknown): string => {
  if (typeof error !== 'object' || error === null) return ''
  if ('code' in error && typeof error.code === 'string') return error.code
  return error instanceof AggregateError ? errorCode(error.errors[0]) : ''
}

/** Source, server and slot for people, without user or password. */
export const place = (settings: Settings): string => `${settings.name} (${server(settings)}, slot ${settings.slot})`

const server = (settings: Settings): string => {
  const { connectionString, host, port, database } = settings.client
  if (connectionString === undefined) return `${host ?? 'localhost'}:${port ?? 5432}/${database ?? ''}`
  if (!URL.canParse(connectionString)) return 'server'
  const url = new URL(connectionString)
  return `${url.host}${url.pathname}`
}
