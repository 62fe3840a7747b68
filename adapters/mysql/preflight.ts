import type { BanyanError } from '../../src/model/errors.ts'
import { sourceError, whereOf } from './failure.ts'
import type { Finding, PreflightFacts } from './finding.ts'
import { finding } from './finding.ts'
import type { PreflightAsk } from '../../src/ports/change-source.ts'
import type { ManagedService } from './managed-service.ts'
import { managedService } from './managed-service.ts'
import type { Settings } from './options.ts'
import { checkRetention } from './preflight-retention.ts'
import { checkRights } from './preflight-rights.ts'
import { checkPlace } from './preflight-server.ts'
import { checkTables } from './preflight-tables.ts'
import type { Server } from './server.ts'
import { isAtLeast } from './server.ts'

/** Everything that would lose changes or hurt the legacy system. Reads only. */
export const findings = async (facts: PreflightFacts, ask: PreflightAsk = {}): Promise<readonly Finding[]> => {
  const managed = managedService(facts.server)
  return [
    checkVersion(facts.server, managed),
    ...(await checkPlace(facts, managed)),
    ...checkLog(facts.server, managed),
    ...checkRetention(facts.server, managed, ask.outage),
    checkServerId(facts),
    ...(await checkRights(facts)),
    ...(await checkTables(facts)),
  ]
}

/** @throws BanyanError of the first refusal. */
export const refuse = (settings: Settings, found: readonly Finding[]): void => {
  const first = found.find((each) => each.verdict === 'refuse')
  if (first !== undefined) throw sourceError(settings, first.code, `${first.name}: ${first.found}`, first.mend ?? 'see `banyan doctor`')
}

const checkVersion = ({ flavour, version }: Server, managed: ManagedService | null): Finding => {
  const enough = flavour === 'mysql' ? isAtLeast(version, 8, 0) : isAtLeast(version, 10, 6)
  if (enough) return finding('server', 'ok', `${flavour} ${version}${managed === null ? '' : `, ${managed.name}`}`)
  const wanted = flavour === 'mysql' ? '8.0' : '10.6'
  return finding(
    'server',
    'refuse',
    `${flavour} ${version}: its log does not say enough`,
    `use version ${wanted} or later, also as a replica of this server`,
  )
}

interface Setting {
  readonly name: string
  readonly wanted: string
  /** Other than wanted, it only makes the picture poorer. */
  readonly warns?: string
  /** SQL, where the default `SET GLOBAL` is not the way. */
  readonly mend?: string
  /** Not all servers have it. */
  readonly optional?: true
}

const settings: readonly Setting[] = [
  { name: 'log_bin', wanted: 'ON', mend: 'set log_bin and server_id in the configuration and restart the server' },
  { name: 'binlog_format', wanted: 'ROW', optional: true },
  { name: 'binlog_row_image', wanted: 'FULL', warns: 'columns that a statement leaves alone are unknown, and so are old rows' },
  { name: 'binlog_row_metadata', wanted: 'FULL' },
  { name: 'binlog_row_value_options', wanted: '', optional: true },
  { name: 'binlog_transaction_compression', wanted: 'OFF', optional: true },
  { name: 'log_bin_compress', wanted: 'OFF', optional: true },
  {
    name: 'log_slave_updates',
    wanted: 'ON',
    warns: 'if this server is a replica, what it applies from its primary is not in its log',
    mend: 'set log_slave_updates in the configuration and restart the server',
    optional: true,
  },
]

const checkLog = ({ variables }: Server, managed: ManagedService | null): readonly Finding[] =>
  settings.flatMap((setting) => {
    const { name, wanted, warns, optional = false } = setting
    const value = variables.get(name)
    if (value === undefined && optional) return []
    const found = value === undefined ? 'unknown to this server' : value === '' ? 'empty' : value
    if (value?.toUpperCase() === wanted) return [finding(name, 'ok', found)]
    const ofService = name === 'log_bin' ? managed?.log : managed?.setting(name, wanted === '' ? 'empty' : wanted)
    const mend = ofService ?? setting.mend ?? `SET GLOBAL ${name} = ${wanted === '' ? "''" : wanted}; and the same in the configuration`
    return [
      finding(
        name,
        warns === undefined ? 'refuse' : 'warn',
        `${found}${warns === undefined ? `, must be ${wanted || 'empty'}` : `: ${warns}`}`,
        mend,
      ),
    ]
  })

const checkServerId = ({ settings: { serverId }, server }: PreflightFacts): Finding => {
  if (String(serverId) !== server.variables.get('server_id')) return finding('server id', 'ok', `${serverId} for this reader`)
  return finding('server id', 'refuse', `${serverId} is the server's own`, 'set the option serverId to a number that no replica has')
}

/** The finding of a server that cannot be asked: the failure itself. */
export const unreachableFinding = (where: Settings, error: BanyanError): Finding =>
  finding('connection', 'refuse', `${whereOf(where)}: ${error.message}`, error.hint, error.code)
