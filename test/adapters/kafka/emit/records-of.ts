import type { ConnectorConfig } from '../../../../adapters/kafka/connector-settings.ts'
import { emitSettings } from '../../../../adapters/kafka/emit/emit-settings.ts'
import { envelopeWriter } from '../../../../adapters/kafka/emit/envelope-writer.ts'
import type { LogPlace } from '../../../../adapters/kafka/emit/log-place.ts'
import { logPlace } from '../../../../adapters/kafka/emit/log-place.ts'
import type { Put } from '../../../../adapters/kafka/emit/envelope-writer.ts'
import type { RecordHeaders } from '../../../../adapters/kafka/produce/record-batch.ts'
import type { KafkaRecord } from '../../../../adapters/kafka/record.ts'
import type { SourceItem } from '../../../../src/model/change-event.ts'

/** A record with the headers that it was written with. */
export interface WrittenRecord extends KafkaRecord {
  readonly headers: RecordHeaders
}

/** All records of these transactions, as a reader of their topics gets them. */
export const recordsOf = (
  { items, schema }: { readonly items: readonly SourceItem[]; readonly schema: string },
  config: ConnectorConfig,
): { readonly records: readonly WrittenRecord[] } => {
  const writer = envelopeWriter(emitSettings(config, schema))
  const records: WrittenRecord[] = []
  const put: Put = ({ topic, key, value, headers = {} }) => {
    const own = (bytes: Uint8Array | null): Buffer | null => (bytes === null ? null : Buffer.from(bytes))
    records.push({ topic, partition: 0, offset: records.length, key: own(key), value: own(value), headers })
  }
  let before: LogPlace | null = null
  for (const item of items) {
    if (item.kind !== 'transaction') continue
    writer.begin(item, before, put)
    for (const change of item.changes()) writer.change(change, item.header.snapshot ? 'true' : 'false', put)
    writer.end(put)
    before = logPlace(item.header.position)
  }
  return { records }
}
