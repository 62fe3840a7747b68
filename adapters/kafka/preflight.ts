import type { PreflightCheck, SourceTable } from '../../src/ports/change-source.ts'
import type { KafkaClient, PartitionRange } from './client.ts'
import { connectorChecks } from './connector-checks.ts'
import { failure } from './failure.ts'
import type { Settings } from './options.ts'
import { tableTopics } from './table-topics.ts'

type Check = PreflightCheck

const ok = (name: string, found: string): Check => ({ name, verdict: 'ok', found, mend: null })
const warn = (name: string, found: string, mend: string): Check => ({ name, verdict: 'warn', found, mend })
const refuse = (name: string, found: string, mend: string): Check => ({ name, verdict: 'refuse', found, mend })

/** What would lose data or be read wrongly, and the mend. Nothing is changed. @throws BanyanError where the brokers do not answer, or refuse */
export const preflight = async (settings: Settings, newClient: (settings: Settings) => KafkaClient): Promise<readonly Check[]> => {
  const client = newClient(settings)
  try {
    const tables = await settings.tables()
    const asked = [...tableTopics(settings, tables).topics, settings.connector.transactionTopic]
    const ranges = await client.ranges(asked)
    return [
      ok('brokers', `${settings.brokers.join(', ')} answer`),
      tableCheck(tables),
      ...topicChecks(settings, tables, ranges),
      ...transactionChecks(settings, ranges),
      ...(await retentionChecks(client, ranges)),
      ...connectorChecks(settings, tables),
    ]
  } catch (error) {
    throw failure(error, settings)
  } finally {
    await client.close()
  }
}

const tableCheck = (tables: readonly SourceTable[]): Check => {
  const keyless = tables.filter(({ columns }) => columns.every(({ keyOrder }) => keyOrder === null)).map(({ name }) => name)
  if (tables.length === 0) return refuse('tables', 'none', 'name the captured tables in the option tables')
  return keyless.length === 0
    ? ok('tables', `${tables.length}, each with a key`)
    : warn(
        'tables',
        `without a key: ${keyless.join(', ')}`,
        'changes of rows without a key have no order in a topic of more than one partition',
      )
}

const topicChecks = (settings: Settings, tables: readonly SourceTable[], ranges: readonly PartitionRange[]): readonly Check[] => {
  const there = new Set(ranges.map(({ topic }) => topic))
  const missing = tableTopics(settings, tables).topics.filter((topic) => !there.has(topic))
  const found = `${there.size} topics, ${ranges.length} partitions`
  if (missing.length === 0) return [ok('topics', found)]
  return [
    warn(
      'topics',
      `not there: ${missing.join(', ')}`,
      'the connector makes a topic with its first record; if the tables have rows, check topic.prefix and schema',
    ),
  ]
}

const transactionChecks = (settings: Settings, ranges: readonly PartitionRange[]): readonly Check[] => {
  const name = settings.connector.transactionTopic
  const partitions = ranges.filter(({ topic }) => topic === name).length
  if (!settings.transactionTopic) {
    return [
      warn(
        'transactions',
        'not told by the connector: changes are put together by partition only',
        "set provide.transaction.metadata=true: a transaction over several tables is else cut apart, and verdicts 'as of' are less sure",
      ),
    ]
  }
  if (partitions > 1)
    return [
      refuse('transactions', `${name} has ${partitions} partitions`, 'make it anew with one partition: their ends have no order else'),
    ]
  return partitions === 0
    ? [warn('transactions', `${name} is not there`, 'it comes with the first transaction; if there were some, check topic.transaction')]
    : [ok('transactions', name)]
}

const twoDaysMs = 172_800_000

const retentionChecks = async (client: KafkaClient, ranges: readonly PartitionRange[]): Promise<readonly Check[]> => {
  const topics = [...new Set(ranges.map(({ topic }) => topic))]
  const checks = await Promise.all(
    topics.map(async (topic): Promise<readonly Check[]> => {
      const settings = await client.topicSettings(topic)
      const retentionMs = Number(settings.get('retention.ms') ?? -1)
      const policy = settings.get('cleanup.policy') ?? 'delete'
      if (policy.includes('compact')) {
        return [
          warn('retention', `${topic} is compacted`, 'changes that are overwritten before they are read are lost: cleanup.policy=delete'),
        ]
      }
      if (retentionMs >= 0 && retentionMs < twoDaysMs) {
        return [
          warn(
            'retention',
            `${topic} keeps its records for ${Math.round(retentionMs / 3_600_000)} h`,
            'retention.ms of two days or more: Banyan may stand still over a weekend',
          ),
        ]
      }
      return []
    }),
  )
  const found = checks.flat()
  return found.length === 0 ? [ok('retention', 'two days or more')] : found
}
