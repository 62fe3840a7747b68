import type { ConnectorConfig, ConnectorSettings } from '../connector-settings.ts'
import { connectorSettings } from '../connector-settings.ts'

/** How envelopes are written: the connector's own properties, and what of them is only of interest to a writer. */
export interface EmitSettings {
  readonly connector: ConnectorSettings
  /** Name of the database in `source`. */
  readonly database: string
  /** Of tables that are named without one. */
  readonly schema: string
  readonly tombstones: boolean
  readonly transactions: boolean
  /** Letters of operations that are not written. */
  readonly skipped: ReadonlySet<string>
  readonly schemas: { readonly key: boolean; readonly value: boolean }
}

/**
 * Properties have the connector's names and defaults, but for two: `skipped.operations` is `none` (the connector leaves out
 * truncations unasked), and schemas are off. @throws BanyanError config-invalid
 */
export const emitSettings = (config: ConnectorConfig, schema?: string): EmitSettings => {
  const connector = connectorSettings(config)
  const database = config['database.dbname'] ?? config['database.include.list'] ?? ''
  const skipped = (config['skipped.operations'] ?? 'none').split(',').map((letter) => letter.trim())
  return {
    connector,
    database,
    schema: schema ?? (connector.dialect === 'mysql' ? database : 'public'),
    tombstones: config['tombstones.on.delete'] !== 'false',
    transactions: config['provide.transaction.metadata'] === 'true',
    skipped: new Set(skipped.filter((letter) => letter !== 'none')),
    schemas: { key: config['key.converter.schemas.enable'] === 'true', value: config['value.converter.schemas.enable'] === 'true' },
  }
}
