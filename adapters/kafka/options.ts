import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ConnectionOptions } from 'node:tls'
import { BanyanError } from '../../src/model/errors.ts'
import type { SourceName } from '../../src/model/ids.ts'
import { sourceName } from '../../src/model/ids.ts'
import type { SourceTable } from '../../src/ports/change-source.ts'
import type { ConnectorConfig, ConnectorSettings } from './connector-settings.ts'
import { connectorSettings } from './connector-settings.ts'

/** User and password at the brokers. */
export interface KafkaCredentials {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'
  readonly username: string
  readonly password: string
}

/** Everything about a change source of Debezium's topics. Only the first four have no default. */
export interface KafkaOptions {
  readonly name: string
  /** `host:port` of some brokers. */
  readonly brokers: readonly string[]
  /** The connector's own configuration, as `GET /connectors/{name}/config` of Connect gives it; at least `topic.prefix`. */
  readonly connector: ConnectorConfig
  /**
   * The captured tables with their types and keys, which the records do not tell: written down, or asked of the database, by
   * `tables: postgres({ … }).tables`.
   */
  readonly tables: readonly SourceTable[] | (() => Promise<readonly SourceTable[]>)
  /** Schema (of MySQL: database) of tables that are named without one; default `public`, of MySQL the one of `database.include.list`. */
  readonly schema?: string
  /** PostgreSQL: tables with REPLICA IDENTITY FULL. Of others the old row is not in the log, and what the records hold in its stead is not read. */
  readonly wholeOldRows?: readonly string[]
  /** Topics of the tables, where they are named in another way than the connector does. */
  readonly topics?: readonly string[]
  /** Whether transactions are put together by the transaction topic. Default: as the connector's `provide.transaction.metadata` says. */
  readonly transactionTopic?: boolean
  /** How long the changes of a transaction that has ended are waited for. Default 60 s. */
  readonly transactionWaitMs?: number
  /** What then: `refuse` ends the read; `deliver` goes on with those that came, for topics from which a transform drops records. */
  readonly incomplete?: 'refuse' | 'deliver'
  /** Without a transaction topic: how long after a change others of its transaction may still come. Default 1 s. */
  readonly settleMs?: number
  readonly ssl?: boolean | ConnectionOptions
  readonly sasl?: KafkaCredentials
  /** Consumer group; default `banyan-{name}`. Of its members one reads, and the others stand by. */
  readonly groupId?: string
  /** How long a reader that died keeps others from its group; within what the brokers allow. Default 10 s. */
  readonly sessionMs?: number
  readonly spoolFolder?: string
  /** Default 8 MiB. */
  readonly spoolThresholdBytes?: number
  /** Received and not yet taken, of all partitions together. Default 32 MiB. */
  readonly bufferBytes?: number
  /** Rows of a snapshot in one transaction. Default 1000. */
  readonly snapshotRows?: number
  /** How many records in a row may be beyond reading before the read ends. Default 1000. */
  readonly maxUnreadable?: number
  /** Default 500 ms. */
  readonly progressEveryMs?: number
  /** How often topics that are not there yet are looked for. Default 5 s. */
  readonly topicsEveryMs?: number
  /** How long brokers that are gone are tried again; 0: not at all. Default 5 min. */
  readonly reconnectForMs?: number
}

/** Options with every default filled in. */
export interface Settings
  extends Required<Omit<KafkaOptions, 'name' | 'connector' | 'tables' | 'wholeOldRows' | 'ssl' | 'sasl' | 'topics'>> {
  readonly name: SourceName
  readonly connector: ConnectorSettings
  /** As it was given: for what preflight says of it. */
  readonly config: ConnectorConfig
  readonly tables: () => Promise<readonly SourceTable[]>
  readonly wholeOldRows: ReadonlySet<string>
  readonly topics: readonly string[] | null
  readonly ssl?: boolean | ConnectionOptions
  readonly sasl?: KafkaCredentials
  readonly connectMs: number
}

/** @throws BanyanError config-invalid for missing brokers and for a connector's setting that is not known. */
export const settingsOf = (options: KafkaOptions): Settings => {
  const { tables, connector: config } = options
  if (options.brokers.length === 0) throw invalid('brokers', 'name at least one broker, host:port')
  if (Array.isArray(tables) && tables.length === 0) throw invalid('tables', 'name at least one table')
  const connector = connectorSettings(config)
  return {
    name: sourceName(options.name),
    brokers: options.brokers,
    connector,
    config,
    tables: typeof tables === 'function' ? tables : async () => tables,
    schema: options.schema ?? (connector.dialect === 'mysql' ? (config['database.include.list'] ?? '').split(',')[0] : 'public') ?? '',
    wholeOldRows: new Set(options.wholeOldRows ?? []),
    topics: options.topics ?? null,
    transactionTopic: options.transactionTopic ?? config['provide.transaction.metadata'] === 'true',
    transactionWaitMs: options.transactionWaitMs ?? 60_000,
    incomplete: options.incomplete ?? 'refuse',
    settleMs: options.settleMs ?? 1000,
    ...(options.ssl === undefined ? {} : { ssl: options.ssl }),
    ...(options.sasl === undefined ? {} : { sasl: options.sasl }),
    groupId: options.groupId ?? `banyan-${options.name}`,
    sessionMs: options.sessionMs ?? 10_000,
    spoolFolder: options.spoolFolder ?? join(tmpdir(), 'banyan-spool'),
    spoolThresholdBytes: options.spoolThresholdBytes ?? 8 << 20,
    bufferBytes: options.bufferBytes ?? 32 << 20,
    snapshotRows: options.snapshotRows ?? 1000,
    maxUnreadable: options.maxUnreadable ?? 1000,
    progressEveryMs: options.progressEveryMs ?? 500,
    topicsEveryMs: options.topicsEveryMs ?? 5000,
    reconnectForMs: options.reconnectForMs ?? 300_000,
    connectMs: 10_000,
  }
}

const invalid = (option: string, hint: string): BanyanError =>
  new BanyanError('config-invalid', `kafka option ${option} is not usable`, { hint, where: option })
