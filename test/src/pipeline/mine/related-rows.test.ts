import { expect, it } from 'vitest'
import { encode } from '../../../../src/model/canonical.ts'
import type { ChangeEvent, LegacyTransaction, TransactionHeader } from '../../../../src/model/change-event.ts'
import { epochMs, position, resumeToken, rowKey, sourceName, tableName } from '../../../../src/model/ids.ts'
import type { Row } from '../../../../src/model/value.ts'
import { relatedRows } from '../../../../src/pipeline/mine/related-rows.ts'
import { createRowHistory } from '../../../../src/pipeline/offline/row-history.ts'
import type { ChangeSource, SourceTable } from '../../../../src/ports/change-source.ts'

const source = sourceName('shop')

interface Written {
  readonly table: string
  readonly key: string
  readonly row: Row
  readonly omitted?: readonly string[]
}

/** `from`: the ordinal of the first change; the parts of a snapshot go on counting. */
const transaction = (at: string, written: readonly Written[], from = 0): LegacyTransaction => {
  const header: TransactionHeader = {
    source,
    position: position(at),
    id: at,
    beganAt: null,
    committedAt: epochMs(0),
    capturedAt: epochMs(0),
    count: written.length,
    snapshot: at === 's:0',
  }
  const changes = written.map(
    ({ table, key, row, omitted = [] }, i): ChangeEvent => ({
      transaction: header,
      ordinal: from + i,
      op: 'create',
      table: tableName(table),
      key: rowKey(encode([key])),
      before: null,
      after: row,
      beforeKind: 'none',
      omitted,
    }),
  )
  return { kind: 'transaction', header, token: resumeToken(at), changes: () => changes }
}

const table = (name: string, key: string): SourceTable => ({
  name: tableName(name),
  columns: [{ name: key, type: 'text', nullable: false, keyOrder: 1 }],
})
const tables = [table('parcel', 'parcel_no'), table('tariff', 'tariff_no'), table('carrier', 'carrier_cd')]

const recorded = (transactions: readonly LegacyTransaction[]): ChangeSource => ({
  name: source,
  read: async function* () {
    yield* transactions
  },
  acknowledge: () => {},
  preflight: async () => [],
  tables: async () => tables,
  [Symbol.asyncDispose]: async () => {},
})

const log = (): ReturnType<typeof createRowHistory> =>
  createRowHistory(
    recorded([
      transaction('s:0', [{ table: 'tariff', key: 'T1', row: { tariff_no: 'T1', carrier_cd: 'GLX', base: 900 } }]),
      transaction('s:0', [{ table: 'carrier', key: 'GLX', row: { carrier_cd: 'GLX', rating: 'B' } }], 1),
      transaction('s:1', [{ table: 'tariff', key: 'T1', row: { tariff_no: 'T1', base: 950 }, omitted: ['carrier_cd'] }]),
      transaction('s:2', [{ table: 'parcel', key: 'P1', row: { parcel_no: 'P1', weight: 7 } }]),
    ]),
    new AbortController().signal,
  )

const related = async (version: { readonly position: string; readonly ordinal: number } | null): Promise<Record<string, Row>> => {
  const [rows] = await relatedRows({
    log: log(),
    source,
    tables,
    queries: [
      {
        causes: ['s:2#0'],
        before: { position: position('s:3'), ordinal: 0 },
        reads:
          version === null
            ? []
            : [{ table: tableName('tariff'), version: { position: position(version.position), ordinal: version.ordinal } }],
      },
    ],
  })
  return Object.fromEntries(rows ?? [])
}

it('finds the row behind a read to which no name leads, whole, and what it points to', async () => {
  expect(await related(null)).toEqual({ parcel: { parcel_no: 'P1', weight: 7 } })
  expect(await related({ position: 's:1', ordinal: 0 })).toEqual({
    parcel: { parcel_no: 'P1', weight: 7 },
    tariff: { tariff_no: 'T1', carrier_cd: 'GLX', base: 950 },
    carrier: { carrier_cd: 'GLX', rating: 'B' },
  })
})

it('takes the version that was read, an older one from an earlier part of the snapshot too', async () => {
  expect(await related({ position: 's:0', ordinal: 0 })).toMatchObject({ tariff: { base: 900, carrier_cd: 'GLX' } })
})

it('knows nothing of a version that was never recorded', async () => {
  expect(await related({ position: 's:9', ordinal: 4 })).toEqual({ parcel: { parcel_no: 'P1', weight: 7 } })
})
