import type { PreflightCheck, SourceTable } from '../../src/ports/change-source.ts'
import type { Settings } from './options.ts'

interface Finding {
  readonly name: string
  readonly isWrong: (settings: Settings, tables: readonly SourceTable[]) => boolean
  readonly found: string
  readonly mend: string
  readonly verdict?: 'refuse'
}

const findings: readonly Finding[] = [
  {
    name: 'value.converter.replace.null.with.default',
    isWrong: ({ config }) => config['value.converter.replace.null.with.default'] !== 'false',
    found: 'true: a null in a column with a default comes as the default',
    mend: 'value.converter.replace.null.with.default=false',
  },
  {
    name: 'skipped.operations',
    isWrong: ({ config }) => (config['skipped.operations'] ?? 't') !== 'none',
    found: 'truncates, or others, are not written',
    mend: 'skipped.operations=none',
  },
  {
    name: 'decimal.handling.mode',
    isWrong: ({ connector }) => connector.decimals === 'double',
    found: 'double: of decimals with more than 15 digits the value is not sent',
    mend: 'decimal.handling.mode=string',
  },
  {
    name: 'interval.handling.mode',
    isWrong: ({ connector }) => connector.dialect === 'postgres' && connector.intervals === 'numeric',
    found: 'numeric: intervals come as a guess in microseconds, and are named as not sent',
    mend: 'interval.handling.mode=string',
  },
  {
    name: 'binary.handling.mode',
    isWrong: ({ connector, wholeOldRows }, tables) =>
      connector.dialect === 'postgres' &&
      connector.binary.startsWith('base64') &&
      tables.some(({ name, columns }) => !wholeOldRows.has(name) && columns.some(({ type }) => type === 'bytea')),
    found: 'base64: a long bytea that an update left alone is not marked as not sent, and would be taken for another value',
    mend: 'binary.handling.mode=bytes or hex',
    verdict: 'refuse',
  },
  {
    name: 'flattening',
    isWrong: ({ connector }) => connector.flattening.dropsDeletes,
    found: 'deletes are dropped',
    mend: 'delete.tombstone.handling.mode=rewrite',
    verdict: 'refuse',
  },
  {
    name: 'flattening',
    isWrong: ({ connector: { flattening } }) => flattening.added !== null && !flattening.added.includes('op'),
    found: 'rows do not say what happened to them',
    mend: 'add.fields=op,table,lsn,txId,source.ts_ms,transaction.id,transaction.total_order,transaction.data_collection_order',
    verdict: 'refuse',
  },
]

/** What the connector's own configuration says of records that lose something. */
export const connectorChecks = (settings: Settings, tables: readonly SourceTable[]): readonly PreflightCheck[] => {
  const wrong = findings.filter(({ isWrong }) => isWrong(settings, tables))
  if (wrong.length === 0) return [{ name: 'connector', verdict: 'ok', found: 'writes what it reads', mend: null }]
  return wrong.map(({ name, found, mend, verdict }) => ({ name, verdict: verdict ?? 'warn', found, mend }))
}
