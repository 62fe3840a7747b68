import type { Value } from '../../../src/model/value.ts'
import type { ConnectorSettings, Dialect } from '../connector-settings.ts'
import type { DeclaredType } from '../declared-type.ts'
import type { Wire } from '../wire.ts'
import type { JsonBytes } from './json-bytes.ts'

/** Writes a column's value, which is never null here. */
export type ColumnEncode = (out: JsonBytes, value: Value) => void

export interface EncodeFacts {
  readonly dialect: Dialect
  readonly wire: Wire
  readonly type: DeclaredType
  readonly settings: ConnectorSettings
}
