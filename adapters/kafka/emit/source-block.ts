import type { TransactionHeader } from '../../../src/model/change-event.ts'
import type { EmitSettings } from './emit-settings.ts'
import type { JsonBytes } from './json-bytes.ts'
import type { LogPlace } from './log-place.ts'
import type { TableWriter } from './table-writer.ts'

/** `true`, or where in its snapshot a row is; `incremental`: of a table that was read again beside the stream. */
export type SnapshotMark = 'false' | 'true' | 'first' | 'first_in_data_collection' | 'last_in_data_collection' | 'last' | 'incremental'

/** The `source` of a transaction's records: what is the same in all of them is made once. */
export type SourceBlock = (out: JsonBytes, table: TableWriter, mark: SnapshotMark, ordinal: number) => void

export interface SourceFacts {
  readonly settings: EmitSettings
  readonly place: LogPlace
  /** Place of the commit before it; null: none is known. */
  readonly before: LogPlace | null
  readonly header: TransactionHeader
}

export const version = '3.7.0.Final'

export const sourceBlock = (facts: SourceFacts): SourceBlock => {
  const { settings, place, header } = facts
  const micros = Math.round(header.committedAt * 1000)
  const millis = Math.floor(micros / 1000)
  const name = JSON.stringify(settings.connector.prefix)
  const head = Buffer.from(`{"version":"${version}","connector":"${place.connector}","name":${name},"ts_ms":${millis},"snapshot":"`)
  const times = `"ts_us":${micros},"ts_ns":${micros}000`
  return place.connector === 'postgresql' ? postgresBlock(facts, place, head, times) : binlogBlock(facts, place, head, times)
}

const quoted = (text: string): string => JSON.stringify(text)

type PostgresPlace = Extract<LogPlace, { connector: 'postgresql' }>
type BinlogPlace = Exclude<LogPlace, PostgresPlace>

const postgresBlock = ({ settings, before, header }: SourceFacts, { lsn }: PostgresPlace, head: Buffer, times: string): SourceBlock => {
  const last = before?.connector === 'postgresql' && !header.snapshot ? `"${before.lsn}"` : 'null'
  const middle = Buffer.from(`","db":${quoted(settings.database)},"sequence":${quoted(`[${last},"${lsn}"]`)},${times},"schema":`)
  const txId = /^\d+$/.test(header.id) ? header.id : 'null'
  const tail = Buffer.from(`,"txId":${txId},"lsn":${lsn},"xmin":null,"origin":null,"origin_lsn":null}`)
  return (out, { schemaName, tableName }, mark) => {
    out.bytes(head)
    out.ascii(mark)
    out.bytes(middle)
    out.text(schemaName)
    out.ascii(',"table":')
    out.text(tableName)
    out.bytes(tail)
  }
}

const gtidShape = /^(?:[0-9a-fA-F-]{36}(?::[^:]+)?:\d+|\d+-\d+-\d+)$/

/** Rows are numbered through a transaction, whose end is the place of all of them. */
const binlogBlock = ({ header }: SourceFacts, { file, offset }: BinlogPlace, head: Buffer, times: string): SourceBlock => {
  const middle = Buffer.from(`,"sequence":null,${times},"table":`)
  const gtid = gtidShape.test(header.id) ? quoted(header.id) : 'null'
  const log = `binlog.${String(file).padStart(6, '0')}`
  const tail = Buffer.from(`,"server_id":0,"gtid":${gtid},"file":"${log}","pos":${offset},"row":`)
  const end = Buffer.from(',"thread":null,"query":null}')
  return (out, { schemaName, tableName }, mark, ordinal) => {
    out.bytes(head)
    out.ascii(mark)
    out.ascii('","db":')
    out.text(schemaName)
    out.bytes(middle)
    out.text(tableName)
    out.bytes(tail)
    out.integer(ordinal)
    out.bytes(end)
  }
}
