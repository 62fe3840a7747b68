import { readFile, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import kafkajs from 'kafkajs'
import { afterAll, describe, expect, test, vi } from 'vitest'
import type { KafkaOptions } from '../../../adapters/kafka/change-source.ts'
import { kafka } from '../../../adapters/kafka/change-source.ts'
import type { KafkaCredentials } from '../../../adapters/kafka/options.ts'
import { transactionalProducer } from '../../../adapters/kafka/produce/transactional-producer.ts'
import { freePort } from '../../../fixtures/services/free-port.ts'
import { startKafkaBroker } from '../../../fixtures/services/kafka-server.ts'
import { makeCertificates } from '../../support/certificates.ts'
import { readTopics } from '../../support/read-topics.ts'
import { table } from './debezium-samples.ts'
import type { Topics } from './scripted-client.ts'
import { commit } from './scripted-client.ts'

vi.setConfig({ testTimeout: 60_000 })

const secret = 'hunter2-of-the-tests'
const ports = { tls: await freePort(), both: await freePort() }
const certificates = await makeCertificates(userInfo().username)
const keystore = join(dirname(certificates.certFile), 'keystore.pem')
await writeFile(keystore, `${await readFile(certificates.keyFile, 'utf8')}${await readFile(certificates.certFile, 'utf8')}`, {
  mode: 0o600,
})

const scram = 'org.apache.kafka.common.security.scram.ScramLoginModule required;'
const settings = [
  'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,TLS:SSL,BOTH:SASL_SSL',
  'ssl.keystore.type=PEM',
  `ssl.keystore.location=${keystore}`,
  'sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
  `listener.name.both.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_banyan="${secret}";`,
  `listener.name.both.scram-sha-256.sasl.jaas.config=${scram}`,
  `listener.name.both.scram-sha-512.sasl.jaas.config=${scram}`,
]

/** Where Java cannot be had the cases are skipped with the reason, but under CI that is a failure. */
const started = await startKafkaBroker(settings, {
  listeners: [`TLS://127.0.0.1:${ports.tls}`, `BOTH://127.0.0.1:${ports.both}`],
  scramUsers: ['SCRAM-SHA-256', 'SCRAM-SHA-512'].map((mechanism) => `${mechanism}=[name=banyan,password=${secret}]`),
}).catch((error: unknown) => {
  if (process.env['CI'] !== undefined) throw error
  return String(error)
})
const broker = typeof started === 'string' ? null : started
if (broker === null) test.skip(`a broker (${started})`)
const ca = await readFile(certificates.caFile, 'utf8')
afterAll(async () => {
  await broker?.stop()
  await certificates.remove()
})

type Reach = Pick<KafkaOptions, 'brokers' | 'ssl' | 'sasl'>

const reach = (port: number, more: Omit<Reach, 'brokers'>): Reach => ({ brokers: [`127.0.0.1:${port}`], ...more })

const login = (mechanism: KafkaCredentials['mechanism'], password = secret): KafkaCredentials => ({
  mechanism,
  username: 'banyan',
  password,
})

const ways: readonly (readonly [string, Reach])[] = [
  ['TLS with an authority of its own', reach(ports.tls, { ssl: { ca } })],
  ...(['plain', 'scram-sha-256', 'scram-sha-512'] as const).map(
    (mechanism) => [`${mechanism} over TLS`, reach(ports.both, { ssl: { ca }, sasl: login(mechanism) })] as const,
  ),
]

const sourceBy = (by: Reach): ReturnType<typeof kafka> =>
  kafka({
    name: 'secure',
    connector: {
      'topic.prefix': 'p',
      'connector.class': 'io.debezium.connector.postgresql.PostgresConnector',
      'provide.transaction.metadata': 'true',
    },
    tables: [table('t', { '*id': 'bigint' })],
    schema: 'inv',
    ...by,
  })

const readIds = async (by: Reach): Promise<readonly unknown[]> => {
  await using source = sourceBy(by)
  const items = await Array.fromAsync(source.read({ from: null, signal: AbortSignal.timeout(30_000), until: 'current' }))
  return items.flatMap((item) => (item.kind === 'transaction' ? [...item.changes()].map(({ after }) => after?.['id']) : []))
}

/** All that it says, with what it wraps. */
const failureOf = async (work: Promise<unknown>): Promise<{ readonly code: string; readonly hint: string; readonly text: string }> => {
  const error = await work.then(
    () => expect.fail('it did not fail'),
    (failed: unknown) => failed as Error & { readonly code: string; readonly hint: string },
  )
  return { code: error.code, hint: error.hint, text: `${error.message} ${error.hint} ${JSON.stringify(error)} ${String(error.cause)}` }
}

describe.skipIf(broker === null)('brokers that let nobody in without', () => {
  test.each(ways)('%s: the source reads, and the producer writes', async (name, by) => {
    await writeOnce()
    expect(await readIds(by)).toEqual([1n, 2n])
    const topic = `by.${name.replaceAll(/\W/g, '.')}`
    await using producer = await transactionalProducer({ name: topic, ...by })
    await producer.prepare([topic])
    producer.add({ topic, key: null, value: Buffer.from('written') })
    await producer.commit('1')
    expect((await readTopics(broker?.broker ?? '', [topic])).map(({ value }) => value)).toEqual(['written'])
  })

  test.each(['plain', 'scram-sha-256', 'scram-sha-512'] as const)(
    '%s with a wrong password: refused with what to do, and no word of it',
    async (mechanism) => {
      const by = reach(ports.both, { ssl: { ca }, sasl: login(mechanism, `${secret}-no`) })
      const read = await failureOf(readIds(by))
      expect(read).toMatchObject({ code: 'source-refused', hint: expect.stringContaining('sasl') })
      const checked = await failureOf(sourceBy(by).preflight())
      const written = await failureOf(transactionalProducer({ name: 'wrong', ...by }))
      expect(written).toMatchObject({ code: 'sink-refused', hint: expect.stringContaining('sasl') })
      for (const { text } of [read, checked, written]) expect(text).not.toContain(secret)
    },
  )

  test('a certificate of an unknown authority, and TLS where there is none: the error says what of', async () => {
    const read = await failureOf(readIds(reach(ports.tls, { ssl: true })))
    expect(read.code).toBe('source-refused')
    expect(read.hint).toContain('ca')
    expect(await failureOf(transactionalProducer({ name: 'unknown', ...reach(ports.tls, { ssl: true }) }))).toMatchObject({
      code: 'sink-refused',
    })
  })
})

let isWritten = false

const writeOnce = async (): Promise<void> => {
  if (isWritten) return
  isWritten = true
  const topics: Topics = {}
  for (const id of [1, 2]) commit(topics, 1000 * id, [{ id }])
  const producer = new kafkajs.Kafka({ brokers: [broker?.broker ?? ''], logLevel: kafkajs.logLevel.NOTHING }).producer()
  await producer.connect()
  for (const [topic, partitions] of Object.entries(topics))
    await producer.send({ topic, messages: partitions.flat().map(({ key, value }) => ({ key, value })) })
  await producer.disconnect()
}
