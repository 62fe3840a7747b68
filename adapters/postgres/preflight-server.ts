import type pg from 'pg'
import { rowsOf } from './connect.ts'
import type { Finding, PreflightFacts } from './finding.ts'
import { finding } from './finding.ts'
import type { ManagedService } from './managed-service.ts'

export type ServerSettings = Readonly<Record<string, string>>

/** First server that decodes its log while it follows another. */
const standbyFrom = 160_000

/** What kind of server answers: a standby, a service of somebody else's, and whether it is the server that answers at all. */
export const checkServer = async (
  facts: PreflightFacts,
  setting: ServerSettings,
  managed: ManagedService | null,
): Promise<readonly Finding[]> => {
  const [row] = await rowsOf(
    facts.client,
    `SELECT pg_is_in_recovery() AS standby, pg_backend_pid() AS pid, current_setting('server_version') AS version`,
  )
  const version = `PostgreSQL ${(row?.['version'] ?? '').split(' ')[0] ?? ''}${managed === null ? '' : `, ${managed.name}`}`
  const pooler = await checkPooler(facts.client, row?.['pid'] ?? '')
  return [
    ...(pooler === null ? [] : [pooler]),
    ...(row?.['standby'] === 't' ? standby(version, setting) : [finding('server', 'ok', version)]),
    await checkEncryption(facts),
  ]
}

/** Which number a connection had in its greeting; the driver's types leave it out. */
interface Greeted {
  readonly processID?: number | null
}

const textForms = { IntervalStyle: 'postgres', extra_float_digits: '3', bytea_output: 'hex', row_security: 'off' } as const

/**
 * A pooler hands out connections of its own: the number that was said in the greeting is not that of the process which works, or what
 * the session was to be set to is lost on the way. A proxy that passes bytes on does neither, and does no harm.
 */
const checkPooler = async (client: pg.Client, workerPid: string): Promise<Finding | null> => {
  const mend = 'connect to the server itself: a pooler carries neither a snapshot nor replication safely'
  const greeted = (client as Greeted).processID ?? null
  if (greeted !== null && String(greeted) !== workerPid) {
    return finding(
      'pooler',
      'refuse',
      `a pooler stands before the server: it greeted as process ${greeted}, but process ${workerPid} works`,
      mend,
      'source-refused',
    )
  }
  const columns = Object.keys(textForms).map((name) => `current_setting('${name}') AS "${name}"`)
  const [row] = await rowsOf(client, `SELECT ${columns.join(', ')}`)
  const lost = Object.entries(textForms).filter(([name, value]) => row?.[name] !== value)
  if (lost.length === 0) return null
  const found = `what a session is set to does not arrive: ${lost.map(([name]) => name).join(', ')}; a pooler stands before the server`
  return finding('pooler', 'refuse', found, mend, 'source-refused')
}

const standby = (version: string, setting: ServerSettings): readonly Finding[] => {
  if (Number(setting['server_version_num'] ?? 0) < standbyFrom) {
    return [finding('server', 'refuse', `${version}, a standby, which decodes no log before version 16`, 'connect to the primary')]
  }
  const found = [
    finding(
      'server',
      'warn',
      `${version}, a standby: a first start waits for a checkpoint of the primary, and a publication must be made there`,
      'run SELECT pg_log_standby_snapshot(); on the primary to shorten the wait',
    ),
  ]
  if (setting['hot_standby_feedback'] === 'on') return found
  return [
    ...found,
    finding(
      'hot_standby_feedback',
      'warn',
      'off: a vacuum on the primary invalidates the slot',
      'ALTER SYSTEM SET hot_standby_feedback = on; SELECT pg_reload_conf(); on the standby, which should follow through a slot of its own (primary_slot_name)',
    ),
  ]
}

const ownMachine = /^(localhost|127\.|::1$|\[::1\]|\/|$)/

const checkEncryption = async ({ client, settings }: PreflightFacts): Promise<Finding> => {
  const [row] = await rowsOf(client, 'SELECT ssl, version, cipher FROM pg_stat_ssl WHERE pid = pg_backend_pid()')
  if (row?.['ssl'] === 't') return finding('encryption', 'ok', `${row['version'] ?? 'TLS'}, ${row['cipher'] ?? ''}`)
  const host = hostOf(settings.client)
  if (ownMachine.test(host)) return finding('encryption', 'ok', 'none, on this machine')
  return finding(
    'encryption',
    'warn',
    'none: rows and the password can be read on the way',
    'add ?sslmode=verify-full&sslrootcert=FILE to the URL, or the option connection with ssl: { ca }',
  )
}

const hostOf = ({ connectionString, host }: PreflightFacts['settings']['client']): string => {
  if (connectionString === undefined || !URL.canParse(connectionString)) return host ?? ''
  const url = new URL(connectionString)
  return url.hostname === '' ? (url.searchParams.get('host') ?? '') : url.hostname
}
