import type { Connection } from 'mysql2'
import type { TextRow } from './connect.ts'
import { rowsOf } from './connect.ts'
import { errorCode } from './failure.ts'
import type { Finding, PreflightFacts } from './finding.ts'
import { finding } from './finding.ts'
import type { ManagedService } from './managed-service.ts'
import { isAtLeast } from './server.ts'

/** Whether it is the server itself that answers, whether it follows another one, and whether anybody can listen. */
export const checkPlace = async (facts: PreflightFacts, managed: ManagedService | null): Promise<readonly Finding[]> => {
  const proxy = await checkProxy(facts)
  return [...(proxy === null ? [] : [proxy]), ...(await checkReplica(facts, managed)), await checkEncryption(facts)]
}

const knownProxies = /proxysql|maxscale|vitess|planetscale/i

/** A proxy hands out connections of its own: among the server's there is none with the number that was said in the greeting. */
const checkProxy = async ({ connection, server }: PreflightFacts): Promise<Finding | null> => {
  const mend = 'connect to the server itself: a proxy carries neither the log nor a snapshot'
  const said = `${server.version} ${server.variables.get('version_comment') ?? ''}`
  const [known] = knownProxies.exec(said) ?? []
  if (known !== undefined) return finding('proxy', 'refuse', `${said.trim()}: a proxy, not the server`, mend, 'source-refused')
  const id = connection.threadId
  const own = await rowsOf(connection, 'SHOW PROCESSLIST')
  if (id === null || own.some((row) => row['Id'] === String(id))) return null
  return finding(
    'proxy',
    'refuse',
    `a proxy stands before the server: it greeted as connection ${id}, which the server does not have`,
    mend,
    'source-refused',
  )
}

/** Null: it may not be asked. */
const replicaStatus = async (connection: Connection, { server }: PreflightFacts): Promise<readonly TextRow[] | null> => {
  try {
    return await rowsOf(
      connection,
      server.flavour === 'mysql' && isAtLeast(server.version, 8, 4) ? 'SHOW REPLICA STATUS' : 'SHOW SLAVE STATUS',
    )
  } catch (error) {
    if (errorCode(error) === 'ER_SPECIFIC_ACCESS_DENIED_ERROR') return null
    throw error
  }
}

const isOn = (value: string | undefined): boolean => value === 'ON' || value === '1'

/** What a replica applies is in its own log only if it is told so; its log has places of its own, so that another server cannot take over. */
const checkReplica = async (facts: PreflightFacts, managed: ManagedService | null): Promise<readonly Finding[]> => {
  const { connection, server } = facts
  const { variables } = server
  const status = await replicaStatus(connection, facts)
  const follows = status === null ? isOn(variables.get('read_only')) : status.length > 0
  if (!follows) return []
  const logged = isOn(variables.get('log_replica_updates') ?? variables.get('log_slave_updates'))
  const setting = server.flavour === 'mysql' && isAtLeast(server.version, 8, 0) ? 'log_replica_updates' : 'log_slave_updates'
  if (!logged) {
    const mend = managed?.setting(setting, 'ON') ?? `set ${setting} in the configuration and restart the server, or connect to the primary`
    return [finding('replica', 'refuse', 'it follows another server, and does not write what it applies to its own log', mend)]
  }
  const order =
    server.flavour === 'mysql' &&
    !isOn(variables.get('replica_preserve_commit_order') ?? variables.get('slave_preserve_commit_order') ?? 'ON')
  const found = `${status === null ? 'read_only is on: it seems to follow' : 'it follows'} another server: changes come as late as it is, and when it is promoted or replaced, a new snapshot is needed`
  const late = finding('replica', 'warn', found, 'connect to the primary where that matters')
  if (!order) return [late]
  const unordered = 'it applies in parallel without the order of the primary: changes can come in an order in which they never were'
  return [
    late,
    finding(
      'replica order',
      'refuse',
      unordered,
      managed?.setting('replica_preserve_commit_order', 'ON') ??
        'SET GLOBAL replica_preserve_commit_order = ON; and the same in the configuration',
    ),
  ]
}

const ownMachine = /^(localhost|127\.|::1$|\[::1\])/

const checkEncryption = async ({ connection, settings }: PreflightFacts): Promise<Finding> => {
  const rows = await rowsOf(connection, `SHOW SESSION STATUS WHERE Variable_name IN ('Ssl_version', 'Ssl_cipher')`)
  const said = Object.fromEntries(rows.map((row) => [row['Variable_name'] ?? '', row['Value'] ?? '']))
  if ((said['Ssl_cipher'] ?? '') !== '') return finding('encryption', 'ok', `${said['Ssl_version'] ?? 'TLS'}, ${said['Ssl_cipher']}`)
  if (ownMachine.test(settings.client.host)) return finding('encryption', 'ok', 'none, on this machine')
  return finding('encryption', 'warn', 'none: rows and the password can be read on the way', 'set the option ssl: { ca } of the source')
}
