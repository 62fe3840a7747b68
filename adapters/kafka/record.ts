import type { Buffer } from 'node:buffer'

/** One record of a topic, as any client gives it. */
export interface KafkaRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly key: Buffer | null
  readonly value: Buffer | null
}

/** Where it lies, for people. */
export const placeOf = ({ topic, partition, offset }: Pick<KafkaRecord, 'topic' | 'partition' | 'offset'>): string =>
  `${topic}[${partition}] at offset ${offset}`

/** Bytes that it holds. */
export const sizeOf = ({ key, value }: Pick<KafkaRecord, 'key' | 'value'>): number => (key?.length ?? 0) + (value?.length ?? 0)
