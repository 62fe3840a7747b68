import { Kafka, logLevel } from 'kafkajs'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { legacySchema } from '../../../src/legacy-schema.ts'
import type { DeadLetter } from '../../../src/model/dead-letter.ts'
import { sourceName } from '../../../src/model/ids.ts'
import type { ChangeSource } from '../../../src/ports/change-source.ts'
import { run } from '../../../src/pipeline/run.ts'
import { openStore } from '../../../src/store/open.ts'
import { changesOf, endOf, readCurrent } from '../../../src/testing/change-source/harness.ts'
import { freshDatabase } from '../../support/fresh-database.ts'
import type { KafkaHarness } from '../../support/kafka-harness.ts'

export interface UnreadableArena {
  readonly harness: KafkaHarness
  readonly broker: string
  /** Of a captured table with the columns id and price. */
  readonly topic: string
}

const { rule } = legacySchema<{ account: { id: number } }>()
const seen = rule('account.opened', {
  version: 1,
  owner: 'test',
  when: (tx) => tx.created('account'),
  emit: (row) => ({ key: String(row.id), data: {} }),
})

interface Written {
  readonly key: Buffer | null
  readonly value: Buffer | null
}

/** Everything that may stand in a topic, made of a sound record. */
const badOnes = ({ key, value }: Written): readonly Written[] => {
  const text = String(value)
  return [
    { key, value: Buffer.from('hello') },
    { key, value: Buffer.from('{"some":"thing"}') },
    { key, value: Buffer.from(text.slice(0, -9)) },
    { key, value: Buffer.from(text.replace(/"op":"\w"/, '"op":"x"')) },
    { key: null, value: Buffer.from(text.replace(/"op":"\w"/, '"op":"d"').replace(/"after":\{[^}]*\}/, '"after":null')) },
    { key, value: Buffer.alloc(20 << 20, 'x') },
  ]
}

export const unreadableCases = (start: () => Promise<UnreadableArena>): void => {
  test('records that cannot be read are dead letters with their places, and the flow goes on; a topic that is gone ends it', {
    timeout: 120_000,
  }, async () => {
    const { harness, broker, topic } = await start()
    await using legacy = harness
    const memory = await freshDatabase()
    const client = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING })
    const [admin, producer] = [client.admin(), client.producer()]
    await Promise.all([admin.connect(), producer.connect()])
    try {
      await using session = await legacy.session()
      await using source = await legacy.open()
      await session.run('insert into account (id) values (1)')
      await legacy.delivered()
      await admin.alterConfigs({
        validateOnly: false,
        resources: [{ type: 2, name: topic, configEntries: [{ name: 'max.message.bytes', value: String(30 << 20) }] }],
      })
      const bad = badOnes(await firstOf(client, topic))
      await producer.send({ topic, messages: [...bad] })
      await session.run('insert into account (id) values (2), (3)')
      await using store = await openStore({ url: memory.url })
      await capture(source, store)
      const letters = await store.deadLetters(100)
      expect(letters.map(({ part }) => part).toSorted()).toEqual(bad.map((_, at) => `${topic}[0] at offset ${at + 1}`))
      expect(letters.every(({ stage, reason }: DeadLetter) => stage === 'capture' && reason.startsWith('the topic holds'))).toBe(true)
      expect(await store.totals(sourceName('legacy'))).toMatchObject({ events: 3, deadLetters: bad.length })
      // A second run finds nothing new.
      await capture(source, store)
      expect(await store.totals(sourceName('legacy'))).toMatchObject({ events: 3, deadLetters: bad.length })
      const token = endOf(await readCurrent(source, null))
      await session.run('insert into account (id) values (4)')
      expect(changesOf(await readCurrent(source, token)).map(({ after }) => after?.['id'])).toContain(4n)
      const reading = source.read({ from: token, signal: AbortSignal.timeout(60_000) })
      const gone = expect(Array.fromAsync(reading)).rejects.toMatchObject({
        code: 'source-position-lost',
        hint: expect.stringContaining('snapshot'),
      })
      await sleep(500)
      await admin.deleteTopics({ topics: [topic] })
      await gone
    } finally {
      await Promise.all([admin.disconnect(), producer.disconnect()])
      await memory.drop()
    }
  })
}

const capture = (source: ChangeSource, store: Awaited<ReturnType<typeof openStore>>): Promise<void> =>
  run({
    config: { source, rules: [seen], journeys: [], contexts: [], time: null },
    store,
    signal: new AbortController().signal,
    once: true,
  })

const firstOf = async (client: Kafka, topic: string): Promise<Written> => {
  const consumer = client.consumer({ groupId: `${topic}-look` })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  try {
    return await new Promise((resolve) => {
      void consumer.run({ eachMessage: async ({ message: { key, value } }) => resolve({ key, value }) })
    })
  } finally {
    await consumer.disconnect()
  }
}
