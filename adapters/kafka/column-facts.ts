import type { Value } from '../../src/model/value.ts'
import type { ConnectorSettings } from './connector-settings.ts'
import type { DeclaredType } from './declared-type.ts'
import type { Json } from './exact-json.ts'
import type { notSent } from './json-value.ts'
import type { Wire } from './wire.ts'

/** A column's value from JSON, which is never null here. */
export type ColumnDecode = (raw: Json) => Value | typeof notSent

export interface ColumnFacts {
  readonly wire: Wire
  /** Null: only what the schema in the record says is known. */
  readonly type: DeclaredType | null
  readonly settings: ConnectorSettings
}
