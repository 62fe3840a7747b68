import type { Admin } from 'kafkajs'
import kafkajs from 'kafkajs'
import type { PreflightCheck } from '../../../src/ports/change-source.ts'
import { openKafka } from '../kafkajs-client.ts'
import { sinkFailure } from './failure.ts'
import type { NewTopics, ProducerSettings } from './options.ts'
import { newTopicEntries } from './topics.ts'

/** A topic that is to be written, and how it is made where it is missing. */
export interface WantedTopic {
  readonly topic: string
  readonly as: NewTopics
}

const sizeSetting = 'max.message.bytes'

/**
 * What would keep a producer from writing: brokers that are away or refuse, topics that cannot be made (rights, replicas, settings), batches that
 * do not fit. Nothing is written and nothing is made; so whether it may write to a topic that is there is not known.
 */
export const producerPreflight = async (settings: ProducerSettings, wanted: readonly WantedTopic[]): Promise<readonly PreflightCheck[]> => {
  const name = (what: string): string => `${what} of ${settings.name}`
  const admin = openKafka(settings).admin()
  try {
    await admin.connect()
    const { brokers } = await admin.describeCluster()
    const there = new Set(await admin.listTopics())
    const all = [...wanted, { topic: settings.positionTopic, as: { ...settings.newTopics, partitions: 1 } }]
    const missing = all.filter(({ topic }) => !there.has(topic))
    const present = wanted.map(({ topic }) => topic).filter((topic) => there.has(topic))
    return [
      { name: name('brokers'), verdict: 'ok', found: `${brokers.length} answer at ${settings.brokers.join(', ')}`, mend: null },
      await topicCheck(admin, settings, { name: name('topics'), present, missing }),
      ...(await replicaChecks(admin, { name: name('replicas'), present, brokers: brokers.length })),
      ...(await sizeChecks(admin, settings, { name: name('batches'), present })),
    ]
  } catch (error) {
    const { message, hint } = sinkFailure(error, settings)
    return [{ name: name('brokers'), verdict: 'refuse', found: message, mend: hint }]
  } finally {
    await admin.disconnect().catch(() => {})
  }
}

interface Topics {
  readonly name: string
  readonly present: readonly string[]
}

/** The brokers say whether they would make what is missing. */
const topicCheck = async (
  admin: Admin,
  settings: ProducerSettings,
  { name, present, missing }: Topics & { readonly missing: readonly WantedTopic[] },
): Promise<PreflightCheck> => {
  const there = `${present.length} there`
  if (missing.length === 0) return { name, verdict: 'ok', found: there, mend: null }
  const names = missing.map(({ topic }) => topic).join(', ')
  try {
    await admin.createTopics({
      validateOnly: true,
      waitForLeaders: false,
      topics: missing.map(({ topic, as }) => newTopicEntries(topic, as)),
    })
    return { name, verdict: 'ok', found: `${there}; will be made: ${names}`, mend: null }
  } catch (error) {
    const { message, hint } = sinkFailure(error, settings)
    return { name, verdict: 'refuse', found: `${there}; missing, and the brokers would not make them: ${names}: ${message}`, mend: hint }
  }
}

const replicaChecks = async (
  admin: Admin,
  { name, present, brokers }: Topics & { readonly brokers: number },
): Promise<readonly PreflightCheck[]> => {
  if (present.length === 0 || brokers === 1) return []
  const { topics } = await admin.fetchTopicMetadata({ topics: [...present] })
  const single = topics.filter(({ partitions }) => partitions.some(({ replicas }) => replicas.length === 1)).map((topic) => topic.name)
  if (single.length === 0) return [{ name, verdict: 'ok', found: 'two or more of each partition', mend: null }]
  return [
    {
      name,
      verdict: 'warn',
      found: `one of each partition, on ${brokers} brokers: ${single.join(', ')}`,
      mend: 'a broker that is lost takes them with it: give these topics more replicas',
    },
  ]
}

const sizeChecks = async (
  admin: Admin,
  { batchBytes }: ProducerSettings,
  { name, present }: Topics,
): Promise<readonly PreflightCheck[]> => {
  if (present.length === 0) return []
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: present.map((topic) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configNames: [sizeSetting] })),
  })
  const small = resources
    .filter(({ configEntries }) =>
      configEntries.some((entry) => entry.configName === sizeSetting && Number(entry.configValue) < batchBytes),
    )
    .map(({ resourceName }) => resourceName)
  if (small.length === 0) return [{ name, verdict: 'ok', found: `${batchBytes} bytes fit into each topic`, mend: null }]
  return [
    {
      name,
      verdict: 'refuse',
      found: `${batchBytes} bytes are more than ${sizeSetting} of ${small.join(', ')}`,
      mend: `raise ${sizeSetting} of these topics, or lower batchBytes`,
    },
  ]
}
