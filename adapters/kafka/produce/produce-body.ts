/** Sealed batches of one request, at most one of each partition. */
export interface SealedBatch {
  readonly topic: string
  readonly partition: number
  readonly bytes: Buffer
}

/** What Kafka's Produce request holds behind its head, the same in versions 3 to 7. */
export const produceBody = (transactionalId: string, timeoutMs: number, batches: readonly SealedBatch[]): Buffer => {
  const byTopic = Map.groupBy(batches, ({ topic }) => topic)
  const parts = [text(transactionalId), int16(acksOfAll), int32(timeoutMs), int32(byTopic.size)]
  for (const [topic, of] of byTopic) {
    parts.push(text(topic), int32(of.length))
    for (const { partition, bytes } of of) parts.push(int32(partition), int32(bytes.length), bytes)
  }
  return Buffer.concat(parts)
}

const acksOfAll = -1

const int16 = (value: number): Buffer => {
  const bytes = Buffer.alloc(2)
  bytes.writeInt16BE(value)
  return bytes
}

const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

const text = (value: string): Buffer => {
  const bytes = Buffer.from(value)
  return Buffer.concat([int16(bytes.length), bytes])
}
