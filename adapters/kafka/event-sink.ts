import { BanyanError } from '../../src/model/errors.ts'
import type { EventStream } from '../../src/model/event-stream.ts'
import type { PreflightCheck } from '../../src/ports/change-source.ts'
import type { EventSink, OpenStream } from '../../src/ports/event-sink.ts'
import type { PublishPoint } from '../../src/ports/publish-store.ts'
import type { NewTopics, ProducerOptions, ProducerSettings } from './produce/options.ts'
import { producerSettings } from './produce/options.ts'
import { producerPreflight } from './produce/preflight.ts'
import { transactionalProducer } from './produce/transactional-producer.ts'
import type { CloudEventMode } from './publish/cloud-event-record.ts'
import { cloudEventRecord } from './publish/cloud-event-record.ts'
import { isWritten } from './publish/is-written.ts'
import type { TopicOptions } from './publish/topic-options.ts'
import { streamOfTopic } from './publish/topic-options.ts'

export interface KafkaTopicsOptions extends Omit<ProducerOptions, 'newTopics'> {
  readonly topics: readonly TopicOptions[]
  /** How CloudEvents are written: `binary` (default), attributes in headers and the data alone as value; `structured`, all in the value. */
  readonly mode?: CloudEventMode
}

/**
 * Topics of business events, as CloudEvents 1.0 keyed by their journey's key. Readers with `read_committed` get each event once, those of one
 * key in order, whatever was killed meanwhile. Topics that are missing are made; what is there stays as it is.
 *
 * @throws BanyanError config-invalid
 */
export const kafkaTopics = ({ topics, mode = 'binary', ...options }: KafkaTopicsOptions): EventSink => {
  const streams = topics.map(streamOfTopic)
  const producer = (stream: EventStream): ProducerOptions => ({ ...options, name: `${options.name}.${stream.name}` })
  const settings = streams.map((stream) => producerSettings(producer(stream)))
  return {
    name: options.name,
    streams,
    places: options.brokers,
    mode,
    preflight: async () => (await Promise.all(streams.map((stream, at) => topicPreflight(settings[at], stream)))).flat(),
    open: (stream) => openTopic(producer(stream), stream, mode),
  }
}

const topicPreflight = async (settings: ProducerSettings | undefined, stream: EventStream): Promise<readonly PreflightCheck[]> =>
  settings === undefined ? [] : producerPreflight(settings, [{ topic: stream.name, as: topicAs(stream) }])

const topicAs = ({ partitions, replicas, retentionMs }: EventStream): NewTopics => ({
  partitions,
  ...(replicas === null ? {} : { replicas }),
  retentionMs: retentionMs ?? -1,
  cleanup: 'delete',
})

const openTopic = async (options: ProducerOptions, stream: EventStream, mode: CloudEventMode): Promise<OpenStream> => {
  const { name: topic } = stream
  const writer = await transactionalProducer(options)
  try {
    await writer.prepare([topic], topicAs(stream))
    return {
      published: pointIn(writer.position, options.name),
      isWritten: await isWritten(producerSettings(options), topic),
      publish: async (events, point) => {
        for (const event of events) if (!writer.add(cloudEventRecord(topic, event, mode))) await writer.drained()
        await writer.commit(JSON.stringify([point.event, point.position]))
      },
      close: async () => writer[Symbol.asyncDispose](),
    }
  } catch (error) {
    await writer[Symbol.asyncDispose]()
    throw error
  }
}

/** What this adapter itself wrote; anything else was written by somebody else under its name. */
const pointIn = (text: string | null, name: string): PublishPoint | null => {
  if (text === null) return null
  try {
    const [event, position] = JSON.parse(text) as readonly unknown[]
    if (typeof event === 'string' && typeof position === 'string') return { event, position } as PublishPoint
  } catch {}
  throw new BanyanError('sink-position-lost', `the name ${name} was used by something else, which keeps another kind of position`, {
    hint: 'give the sink a name of its own',
    where: name,
  })
}
