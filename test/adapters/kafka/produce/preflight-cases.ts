import { expect, test } from 'vitest'
import { debeziumTopics } from '../../../../adapters/kafka/emit/debezium-topics.ts'
import { kafkaTopics } from '../../../../adapters/kafka/event-sink.ts'
import type { KafkaTopicsOptions } from '../../../../adapters/kafka/event-sink.ts'
import { transactionalProducer } from '../../../../adapters/kafka/produce/transactional-producer.ts'
import { tableName } from '../../../../src/model/ids.ts'
import type { PreflightCheck } from '../../../../src/ports/change-source.ts'

const told = (checks: readonly PreflightCheck[] | undefined): readonly string[] =>
  (checks ?? []).map(({ name, verdict, found }) => `${verdict} ${name}: ${found}`)

/** What `banyan doctor` is told of the brokers that are written to. */
export const preflightCases = (broker: string): void => {
  const sink = (topic: string, more: Partial<KafkaTopicsOptions> = {}, replicas?: number): ReturnType<typeof kafkaTopics> =>
    kafkaTopics({
      name: 'checked',
      brokers: [broker],
      topics: [{ topic, owner: 'orders', types: ['order.placed'], ...(replicas === undefined ? {} : { replicas }) }],
      ...more,
    })

  test('topics that are missing are said to be made, and are not made by the asking', async () => {
    const expected = [
      `ok brokers of checked.fresh: 1 answer at ${broker}`,
      'ok topics of checked.fresh: 0 there; will be made: fresh, banyan.position.checked.fresh',
    ]
    expect(told(await sink('fresh').preflight?.())).toEqual(expected)
    expect(told(await sink('fresh').preflight?.())).toEqual(expected)
  })

  test('more replicas than brokers, and a batch that a topic does not take, are refused', async () => {
    const [, topics] = (await sink('wide', {}, 3).preflight?.()) ?? []
    expect(topics).toMatchObject({
      verdict: 'refuse',
      found: expect.stringContaining('would not make them: wide'),
      mend: expect.any(String),
    })
    await using producer = await transactionalProducer({ name: 'narrow', brokers: [broker] })
    await producer.prepare(['narrow'], { settings: { 'max.message.bytes': '1000' } })
    expect(told(await sink('narrow').preflight?.())).toContain(
      'refuse batches of checked.narrow: 921600 bytes are more than max.message.bytes of narrow',
    )
    expect(told(await sink('narrow', { batchBytes: 900 }).preflight?.())).toContain(
      'ok batches of checked.narrow: 900 bytes fit into each topic',
    )
  })

  test('brokers that are not there are one refusal', async () => {
    const [check, ...more] = (await sink('x', { brokers: ['127.0.0.1:1'], connectMs: 300 }).preflight?.()) ?? []
    expect(check).toMatchObject({
      name: 'brokers of checked.x',
      verdict: 'refuse',
      mend: expect.stringContaining('check that the brokers run'),
    })
    expect(more).toEqual([])
  })

  test('an emission names the topics of its tables', async () => {
    const emitter = debeziumTopics({
      kafka: { brokers: [broker] },
      connector: { 'topic.prefix': 'p', 'provide.transaction.metadata': 'true' },
    })
    expect(told(await emitter.preflight?.([{ name: tableName('ord'), columns: [] }]))).toContain(
      'ok topics of emit.p: 0 there; will be made: p.public.ord, p.transaction, banyan.position.emit.p',
    )
  })
}
