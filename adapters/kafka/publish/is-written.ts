import { openKafka } from '../kafkajs-client.ts'
import { sinkFailure } from '../produce/failure.ts'
import type { ProducerSettings } from '../produce/options.ts'

/** Whether anything was ever written to a topic. @throws BanyanError sink-* */
export const isWritten = async (settings: ProducerSettings, topic: string): Promise<boolean> => {
  const admin = openKafka(settings).admin()
  try {
    await admin.connect()
    return (await admin.fetchTopicOffsets(topic)).some(({ high }) => Number(high) > 0)
  } catch (error) {
    throw sinkFailure(error, settings)
  } finally {
    await admin.disconnect().catch(() => {})
  }
}
