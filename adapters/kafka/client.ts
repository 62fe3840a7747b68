import type { RecordRun } from './fetch/record-run.ts'

/** Place of a partition: which, and the next offset to read. */
export interface PartitionPlace {
  readonly topic: string
  readonly partition: number
  readonly offset: number
}

/** What a partition holds: offsets from `low` on, below `high`. */
export interface PartitionRange {
  readonly topic: string
  readonly partition: number
  readonly low: number
  readonly high: number
}

/** Records of one partition, in its order. */
export interface RecordBatch {
  readonly topic: string
  readonly partition: number
  readonly records: readonly RecordRun[]
  /** Behind the last record, and behind what lies after it that is no record. */
  readonly nextOffset: number
  /** End of the partition when it was asked. */
  readonly high: number
}

export interface ConsumeOptions {
  readonly from: readonly PartitionPlace[]
  /** About how much of one partition to fetch at a time. */
  readonly fetchBytes: number
  readonly onBatch: (batch: RecordBatch) => void
  /** The consumption is over. */
  readonly onFailure: (error: unknown) => void
}

/** A running consumption of certain partitions, by nobody else. */
export interface Consumption {
  readonly pause: (topic: string, partition: number) => void
  readonly resume: (topic: string, partition: number) => void
  readonly stop: () => Promise<void>
}

/** A member of the consumer group, of which one reads and the others stand by. */
export interface Membership {
  /** As far as it knows: one that was taken for dead learns it with its next sign of life. */
  readonly isReader: () => boolean
  /** Resolves when it is the reader, or the signal is aborted. @throws BanyanError when it is no member any more */
  readonly turn: (signal: AbortSignal) => Promise<void>
  /** @throws BanyanError when it is no member any more */
  readonly checked: () => void
  /** Tells the group what need not come again. Best effort: the resume token is what counts. */
  readonly commit: (places: readonly PartitionPlace[]) => Promise<void>
  /** The next one begins at once. */
  readonly leave: () => Promise<void>
}

/** All that the adapter asks of a Kafka client, so that another one can take its place. */
export interface KafkaClient {
  readonly clusterId: () => Promise<string>
  /** Those of the asked topics that exist, with what each of their partitions holds. */
  readonly ranges: (topics: readonly string[]) => Promise<readonly PartitionRange[]>
  /** Settings of a topic by name. */
  readonly topicSettings: (topic: string) => Promise<ReadonlyMap<string, string>>
  /** Becomes a member of the group, by a topic that is there. */
  readonly join: (topic: string) => Promise<Membership>
  readonly consume: (options: ConsumeOptions) => Promise<Consumption>
  readonly close: () => Promise<void>
}
